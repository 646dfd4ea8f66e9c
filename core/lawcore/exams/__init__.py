"""季度考法: an exam, its candidates, their attempts and the grading."""
