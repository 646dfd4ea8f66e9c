"""One message to one recipient: states, the Channel port, pace and dispatch."""
