"""What is said and asked: data files only. A clerk's guide stands beside this file (README.md)."""
