"""Sentences about an exam that several doors say."""

from lawcore.clock import local_text
from lawcore.exams.model import Exam


def not_yet(exam: Exam) -> str:
    """Said to whoever asks for scores or keys before the reveal."""
    return f"成绩和答案在 {local_text(exam.reveals_at)} 公布后才能看。"
