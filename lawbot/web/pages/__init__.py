"""The pages of the desk, a module for each word of its menu."""
