"""Charts as SVG, drawn here: read by screen readers, printed sharp, no script.

Every chart stands beside a table with the same numbers; a bar carries its numbers as text, and
its colour says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

ROW, GAP, LABEL, NUMBER, WIDTH = 22, 8, 150, 120, 420
HIGH, WIDE = 160, 44


@dataclass(frozen=True, slots=True)
class Bar:
    """`part` of `whole`; `whole` is 0 where there is nothing to divide by."""

    label: str
    part: int
    whole: int


def bars(title: str, lines: Sequence[Bar]) -> Markup:
    """Horizontal bars, each as long as its share, with numerator and denominator beside it."""
    height = len(lines) * (ROW + GAP) + GAP
    drawn = []
    for place, line in enumerate(lines):
        top = GAP + place * (ROW + GAP)
        long = WIDTH * line.part / line.whole if line.whole else 0
        said = f"{line.part:,}/{line.whole:,}" if line.whole else "—"
        middle = top + ROW * 0.72
        drawn.append(
            f'<text x="{LABEL - 8}" y="{middle:.0f}" text-anchor="end">{escape(line.label)}</text>'
            f'<rect class="track" x="{LABEL}" y="{top}" width="{WIDTH}" height="{ROW}"/>'
            f'<rect class="bar" x="{LABEL}" y="{top}" width="{long:.1f}" height="{ROW}"/>'
            f'<text x="{LABEL + WIDTH + 8}" y="{middle:.0f}">{said}</text>'
        )
    return _svg(title, LABEL + WIDTH + NUMBER, height, drawn)


def columns(title: str, lines: Sequence[tuple[str, int]]) -> Markup:
    """Upright columns, such as the months of a year, each with its count on top."""
    highest = max((count for _, count in lines), default=0)
    drawn = []
    for place, (label, count) in enumerate(lines):
        left = place * WIDE + 6
        tall = HIGH * count / highest if highest else 0
        middle = left + (WIDE - 12) / 2
        drawn.append(
            f'<rect class="bar" x="{left}" y="{24 + HIGH - tall:.1f}" width="{WIDE - 12}"'
            f' height="{tall:.1f}"/>'
            f'<text x="{middle}" y="{18 + HIGH - tall:.1f}" text-anchor="middle">{count:,}</text>'
            f'<text x="{middle}" y="{HIGH + 44}" text-anchor="middle">{escape(label)}</text>'
        )
    base = f'<line x1="0" y1="{24 + HIGH}" x2="{len(lines) * WIDE}" y2="{24 + HIGH}"/>'
    return _svg(title, max(len(lines), 1) * WIDE, HIGH + 54, [base, *drawn])


def _svg(title: str, width: float, height: float, drawn: Sequence[str]) -> Markup:
    """The parts are made above, from escaped words and from numbers."""
    return Markup(  # noqa: S704 - every word in it is escaped above
        f'<figure class="drawn"><figcaption>{escape(title)}</figcaption>'
        f'<svg class="chart" role="img" aria-label="{escape(title)}"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg></figure>"
    )
