"""题库: questions and what can be asked of them."""
