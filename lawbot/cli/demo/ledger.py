"""The events of the story's township, and what its year comes to."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from lawbot.house import House
from lawcore.ids import LawKey, ObservanceKey
from lawcore.participation import filing
from lawcore.participation.activity import Activity, Form, Material
from lawcore.reports.annual import Annual, collect_annual
from lawcore.storage import Books

DAY = date(2026, 12, 4)
CLERK, HEAD = "蔡小曼", "蒋文博"


async def hold_events(house: House) -> int:
    """File three events of 12·4, one of them joint, and have another person check them."""

    def job(books: Books, at: datetime) -> int:
        units = {unit.name: unit.id for unit in books.people.units()}
        base = Activity(
            DAY,
            "宪法宣传进集市",
            units["司法所"],
            Form.OFFLINE,
            CLERK,
            observance=ObservanceKey("constitution-day"),
            laws=(LawKey("宪法"),),
        )
        events = (
            replace(
                base,
                place="镇集市",
                partners=(units["派出所"], units["市场监管所"]),
                category="进乡村",
                attendances=180,
                materials=(Material("宪法明白纸", 150),),
            ),
            replace(base, name="宪法进校园", place="中心学校", category="进学校", attendances=240),
            replace(
                base, name="村广播念宪法", organiser=units["青石村"], category="进乡村", pushes=1
            ),
        )
        for event in events:
            filed = filing.record(books, event, actor="console", at=at)
            filing.review(books, filed.id, HEAD, actor="console", at=at)
        return len(events)

    return await house.act(job)


async def write_year(house: House, folder: Path) -> Path:
    """Write the figures of the year; each opens into its rows by ``lawbot report explain``."""
    from lawcore.reports.annual_file import write_annual  # noqa: PLC0415 - slow to import

    titles = {key: one.title for key, one in house.pack.observances.items()}

    def job(books: Books, at: datetime) -> Annual:
        return collect_annual(books, house.township, DAY.year, titles, at)

    path = folder / "annual-2026.docx"
    write_annual(await house.look(job), path)
    return path
