"""How the story is told in the terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from lawcore.calendar.observance import Occasion
from lawcore.reports.participation import CampaignTable, ExamTable, Rate, Sitting

console = Console(highlight=False)
BUBBLE = 62
"""Columns of a message as it is shown: about the width of a phone."""


class Bar:
    """A progress bar that counts."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def step(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def reach(self, count: int, total: int) -> None:
        """So many of so many are done."""
        self._progress.update(self._task, completed=count, total=total)


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


def command(text: str) -> None:
    """A command to be copied: in one piece, however narrow the window is."""
    console.print(f"    {text}", markup=False, soft_wrap=True)


def quote(text: str) -> None:
    """A text as a phone shows it."""
    bubble = Panel(Text(text), width=BUBBLE, padding=(0, 1), border_style="dim")
    console.print(Padding(bubble, (0, 0, 0, 2)))


def calendar(found: Sequence[Occasion]) -> None:
    """The coming occasions."""
    table = Table(box=None, padding=(0, 2, 0, 2))
    for heading in ("日子", "普法日", "依据"):
        table.add_column(heading)
    for occasion in found:
        observance = occasion.observance
        basis = str(observance.basis[0]) if observance.basis else "—"
        day = occasion.date_text + (" 待通知" if occasion.awaiting_notice else "")
        table.add_row(day, observance.title, basis)
    console.print(table)


def exam(found: ExamTable) -> None:
    """The rates of an exam, each with its numerator and denominator."""
    table = Table(title=found.title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("单位")
    for heading in ("N", "X", "A", "缺考", "P", "参考率", "合格率(实考)", "合格率(应考)"):
        table.add_column(heading, justify="right", no_wrap=True)
    rows = [(row.unit_name, row.counts) for row in found.units]
    for name, counts in rows:
        table.add_row(name, *_cells(counts))
    table.add_section()
    table.add_row("合计", *_cells(found.total))
    console.print(table)
    line("N 名单人数，X 免考，A 实考，P 合格；参考率 = A/(N−X)，合格率 = P/A 和 P/(N−X)。")


def _cells(counts: Sitting) -> tuple[str, ...]:
    people = (counts.candidates, counts.exempt, counts.attended, counts.absent, counts.passed)
    rates = (counts.attendance, counts.passed_of_attended, counts.passed_of_due)
    return (*map(str, people), *map(_short, rates))


def _short(rate: Rate) -> str:
    return "—" if rate.percent is None else f"{rate.percent}% {rate.part}/{rate.whole}"


def campaigns(found: Sequence[CampaignTable]) -> None:
    """The deliveries of each campaign; the states add up to 应发."""
    title = "消息（已发出不等于已读）"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("普法日")
    for heading in ("应发", "已发出", "对方已停用", "未发成", "不确定", "未发"):
        table.add_column(heading, justify="right")
    for one in found:
        total = one.total
        counts = (total.sent, total.blocked, total.failed, total.unknown, total.skipped)
        table.add_row(one.title, str(total.intended), *map(str, counts))
    console.print(table)
