"""``python -m benchmarks [--quick] [--rows N] [--json FILE]``: everything in one run, one table."""

import argparse
import asyncio
from dataclasses import asdict
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks import broadcast, counting, export, pace, presses, slow_disk, start, storm, year
from benchmarks.measure import Goal, Speed


def main() -> None:
    """Measure and print; the exit code says nothing about the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every part once, for a look only")
    parser.add_argument("--rows", type=int, metavar="N", help="rows that reports count; 1,000,000")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    asked = parser.parse_args()
    console = Console()
    size = presses.QUICK if asked.quick else presses.FULL
    less, times = (1000, 1) if asked.quick else (1, 3)
    with console.status("…") as status:
        speeds = asyncio.run(presses.measure(size, status.update))
        storms = storm.measure(storm.QUICK if asked.quick else storm.FULL, status.update)
        status.update("启动命令和历法")
        goals = [
            *presses.goals(speeds),
            *storm.goals(storms),
            *slow_disk.goals(slow_disk.QUICK if asked.quick else slow_disk.FULL, status.update),
            *year.goals(),
            *start.goals(size.repetitions),
            *pace.goals(quick=asked.quick, say=status.update),
            *counting.goals(asked.rows or counting.ROWS // less, times, status.update),
            *export.goals(export.ROWS // less, times, status.update),
            *broadcast.goals(broadcast.QUICK if asked.quick else broadcast.FULL, status.update),
        ]
    console.print(_bots(speeds, size), _storms(storms), _goals(goals))
    if asked.json:
        figures = {
            "bots": [asdict(one) for one in speeds],
            "storms": [one.as_figures() for one in storms],
            "goals": [asdict(one) | {"kept": one.kept} for one in goals],
        }
        asked.json.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))


def _bots(speeds: list[Speed], size: presses.Size) -> Table:
    table = Table(
        title="一次点击：回应并改卡片",
        caption=f"{size.repetitions} 轮的中位数，各机器人轮流。CPU 是机器人进程的，每次点击。\n"
        f"p50、p99：{size.people} 人同时点，从点到看见“已保存”。",
    )
    table.add_column("机器人", no_wrap=True)
    for head in ("次/秒", "CPU µs", "÷ lawbot", "p50", "p99"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in speeds:
        table.add_row(
            one.name,
            f"{one.rate:,.0f}",
            f"{one.cpu_us:,.0f}",
            f"{one.cpu_us / speeds[0].cpu_us:.2f}",
            f"{one.p50_ms:,.0f} ms",
            f"{one.p99_ms:,.0f} ms",
        )
    return table


def _storms(storms: list[storm.Outcome]) -> Table:
    table = Table(
        title="风暴：人人同时开考，各答 20 题，点得多快就多快",
        caption="沙盒和虚拟的人同在一个进程，忙的时候先满的是它：看和裸往返的差。\n"
        "重点：没有回音又点的；每次结束和最后都核对过数据库。",
    )
    table.add_column("", no_wrap=True)
    for head in ("人", "点", "点/秒", "p50", "最慢", "重点"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in storms:
        table.add_row(
            one.name,
            f"{one.people}",
            f"{len(one.waits):,}",
            f"{len(one.waits) / one.seconds:,.0f}",
            f"{one.p50_ms:,.1f} ms",
            f"{one.slowest_ms:,.0f} ms",
            f"{one.again}",
        )
    return table


def _goals(goals: list[Goal]) -> Table:
    table = Table(title="目标")
    table.add_column("指标")
    table.add_column("测得", justify="right")
    table.add_column("目标", justify="right")
    table.add_column("")
    for goal in goals:
        table.add_row(
            goal.name, goal.figure_text, goal.bound_text, "达到" if goal.kept else "没达到"
        )
    return table


if __name__ == "__main__":
    main()
