"""Spreadsheets that clerks fill in: their layout, their cells, their faults, their template."""
