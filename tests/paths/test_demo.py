"""The demo ends by itself, writes its files, and tells the same figures for the same seed."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import openpyxl

from tests.program import environment, lawbot

LONGEST = 400.0
"""Seconds. Alone it takes a minute; here two of them share the machine with other tests."""

AFTERWARDS = "2026-12-31T18:00:00+08:00"


async def tell(folder: Path) -> str:
    """Tell the story in `folder`; return what it said."""
    folder.mkdir()
    command = ("-m", "lawbot", "demo", "--headless", "--out", "out", "--seed", "7")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command),
        cwd=folder,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(LONGEST):
        out, err = await process.communicate()
    assert (process.returncode, err.decode()) == (0, ""), out.decode()[-2000:]
    return out.decode()


def every_figure_of_the_year_opens(folder: Path) -> None:
    """The year of the township in one command, and the rows behind each of its figures."""
    settings = {
        "database_url": "sqlite:///out/demo.db",
        "telegram_api_url": "http://127.0.0.1:1",
        "clock_start": AFTERWARDS,
    }
    words = ("report", "annual", "--year", "2026", "--out", "year.docx", "--json", "-")
    year = json.loads(lawbot(folder, *words, **settings).out)
    figures = {figure["id"]: figure["value"] for figure in year["figures"]}
    assert (figures["A1"], figures["A2"]) == (3, 420)
    for key, value in figures.items():
        asked = ("report", "explain", key, *("--from", "2026-01-01", "--to", "2026-12-31"))
        opened = json.loads(lawbot(folder, *asked, "--json", **settings).out)
        assert sum(row["value"] for row in opened["rows"]) == opened["value"]
        assert value in {opened["value"], None}


async def test_the_same_seed_tells_the_same_figures(tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "two"
    told = await asyncio.gather(*(tell(folder) for folder in folders))
    first, second = (json.loads((f / "out" / "participation.json").read_text()) for f in folders)
    assert first == second
    for said in told:
        for chapter in range(1, 8):
            assert f"\n{chapter}. " in said
    (exam,) = first["exams"]
    total = exam["total"]
    assert (total["candidates"], total["exempt"], total["absent"]) == (40, 1, 2)
    assert total["attended"] == 37
    assert 0 < total["passed"] < 37
    day = next(one["total"] for one in first["campaigns"] if one["title"] == "国家宪法日")
    assert day["sent"] + day["blocked"] == day["intended"] == 298, "two had left before"
    assert day["blocked"] == 3
    book = openpyxl.load_workbook(folders[0] / "out" / "participation.xlsx")
    assert {"考试", "消息"} < set(book.sheetnames)
    assert (folders[0] / "out" / "participation.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    await asyncio.to_thread(every_figure_of_the_year_opens, folders[0])
    calendar = (folders[0] / "out" / "calendar-2027.ics").read_text()
    assert calendar.count("BEGIN:VEVENT") > 40
