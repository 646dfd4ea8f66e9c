"""What is served over HTTP to those who look after the program: health and metrics."""
