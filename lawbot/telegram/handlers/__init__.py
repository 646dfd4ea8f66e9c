"""One conversation a file: read the update, make one core call, show one view."""
