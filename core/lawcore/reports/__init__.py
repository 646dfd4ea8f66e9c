"""Rates and tables: pure shapes, and the files they are written to."""
