"""What is read aloud or printed: loudspeaker script, leaflet, poster with QR code."""
