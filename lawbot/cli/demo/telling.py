"""How the story is told in the terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from lawcore.calendar.observance import Occasion
from lawcore.reports.participation import CampaignTable, ExamTable

console = Console(highlight=False)


class Bar:
    """A progress bar that counts."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def step(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def reach(self, count: int) -> None:
        """So many are done."""
        self._progress.update(self._task, completed=count)


@contextmanager
def bar(words: str, total: int) -> Iterator[Bar]:
    """Show a progress bar while the block runs."""
    columns = (TextColumn("  {task.description}"), BarColumn(30), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        yield Bar(progress, progress.add_task(words, total=total))


def chapter(number: int, title: str) -> None:
    """A heading."""
    console.print(f"\n[bold]{number}. {title}[/bold]")


def line(text: str) -> None:
    """A plain line."""
    console.print(f"  {text}", markup=False)


def quote(text: str) -> None:
    """A text as a phone shows it."""
    for part in text.split("\n"):
        console.print(f"  │ {part}", markup=False)


def calendar(found: Sequence[Occasion]) -> None:
    """The coming occasions."""
    table = Table(box=None, padding=(0, 2, 0, 2))
    for heading in ("日子", "普法日", "依据", "牵头"):
        table.add_column(heading)
    for occasion in found:
        observance = occasion.observance
        basis = "、".join(str(cite) for cite in observance.basis) or "—"
        day = occasion.date_text + ("（待通知）" if occasion.awaiting_notice else "")
        table.add_row(day, observance.title, basis, "、".join(observance.departments[:2]))
    console.print(table)


def exam(found: ExamTable) -> None:
    """The rates of an exam, each with its numerator and denominator."""
    table = Table(title=found.title, title_justify="left")
    headings = ("单位", "名单 N", "免考 X", "实考 A", "缺考", "合格 P", "参考率 A/(N−X)")
    for heading in (*headings, "合格率 P/A", "合格率 P/(N−X)"):
        table.add_column(heading, justify="left" if heading == "单位" else "right")
    rows = [(row.unit_name, row.counts) for row in found.units]
    for name, counts in [*rows, ("合计", found.total)]:
        table.add_row(
            name,
            str(counts.candidates),
            str(counts.exempt),
            str(counts.attended),
            str(counts.absent),
            str(counts.passed),
            str(counts.attendance),
            str(counts.passed_of_attended),
            str(counts.passed_of_due),
        )
    console.print(table)


def campaigns(found: Sequence[CampaignTable]) -> None:
    """The deliveries of each campaign; the states add up to 应发."""
    table = Table(title="消息（已发出不等于已读）", title_justify="left")
    table.add_column("普法日")
    for heading in ("应发", "已发出", "对方已停用", "未发成", "不确定", "未发"):
        table.add_column(heading, justify="right")
    for one in found:
        total = one.total
        counts = (total.sent, total.blocked, total.failed, total.unknown, total.skipped)
        table.add_row(one.title, str(total.intended), *map(str, counts))
    console.print(table)
