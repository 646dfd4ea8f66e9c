"""What is printed or read aloud, made at the command line and opened again."""

import asyncio
import json
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from docx import Document
from docx.oxml.ns import qn

from lawbot.cli.app import main
from lawbot.wiring import BOT_USERNAME
from lawcore.campaigns.model import CampaignState, Draft, Recipients
from lawcore.delivery.model import DeliveryKind
from lawcore.ids import CampaignId, ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Address, Roster
from lawcore.storage import Books, open_store

T = TypeVar("T")
Run = Callable[..., tuple[int, str]]

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
BOT = "shifan_pufa_bot"
TEXT = (
    "【第13个国家宪法日】12月4日\n\n{village}的乡亲：宪法管着每一个人，谁也没有特权。\n\n"
    "想问法律打12348，有建议打12345；罚款120元的事不归这里管。"
)


class Desk:
    """A clerk's terminal in a folder of its own, and the database behind it."""

    def __init__(self, folder: Path, url: str, run: Run) -> None:
        self.folder, self._url, self.run = folder, url, run

    def write(self, job: Callable[[Books], T]) -> T:
        async def work() -> T:
            store = await open_store(self._url)
            try:
                return await store.write(job)
            finally:
                await store.close()

        return asyncio.run(work())

    def join(self, payload: str) -> enrol.Enrolment:
        """Somebody presses 开始 behind a link."""
        who = Address("telegram", payload)
        return self.write(
            lambda books: enrol.start(books.people, books.ledger, who, payload, at=NOON)
        )

    def campaign(self, state: CampaignState = CampaignState.APPROVED) -> CampaignId:
        day, key = date(2026, 12, 4), ObservanceKey("constitution-day")

        def job(books: Books) -> CampaignId:
            draft = Draft(key, 2026, "国家宪法日", day, day, TEXT, Recipients.RESIDENTS, NOON)
            one = books.campaigns.add(draft, "lawbot", NOON)
            if state is not CampaignState.SUBMITTED:
                books.campaigns.move(one.id, state, approved_by="account:2")
            return one.id

        return self.write(job)


@pytest.fixture
def desk(
    tmp_path: Path,
    sqlite_url: str,
    small_town: Roster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    """The small town is recorded and the bot has run once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAWBOT_DATABASE_URL", sqlite_url)

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lawbot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    desk = Desk(tmp_path, sqlite_url, run)

    def job(books: Books) -> None:
        books.people.save_roster(small_town, NOON)
        books.facts.put(BOT_USERNAME, BOT)

    desk.write(job)
    return desk


def opened(path: Path) -> Any:
    return Document(str(path))


def words_of(path: Path) -> str:
    document = opened(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def modules_of(path: Path) -> list[list[bool]]:
    """The dark modules of a QR picture: a PNG of one bit a dot."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (depth, colour) == (1, 0)
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        if kind == b"IDAT":
            packed += data[place + 8 : place + 8 + size]
        place += 12 + size
    rows, line = zlib.decompress(packed), (width + 7) // 8 + 1
    above, dots = bytes(line - 1), []
    for start in range(0, line * height, line):
        filtered, row = rows[start], rows[start + 1 : start + line]
        assert filtered in {0, 2}, "as it is, or added to the row above"
        if filtered:
            row = bytes((one + other) % 256 for one, other in zip(row, above, strict=True))
        above = row
        dots.append(row)
    scale = 24
    places = range(scale // 2, width, scale)
    return [[not dots[y][x // 8] >> (7 - x % 8) & 1 for x in places] for y in places]


# -- posters -------------------------------------------------------------------------------------


def test_each_village_gets_a_poster_and_a_picture(desk: Desk) -> None:
    code, said = desk.run("paper", "poster", "--out", "海报")
    assert (code, said) == (0, "已做好 3 个村的海报，在“海报”里；贴之前先扫一扫试试。\n")
    assert sorted(path.name for path in (desk.folder / "海报").iterdir()) == [
        f"V{n}-{name}村.{kind}"
        for n, name in ((1, "东河"), (2, "西山"), (3, "南塘"))
        for kind in ("docx", "png")
    ]


def test_the_code_of_a_poster_joins_its_village_and_no_other(desk: Desk) -> None:
    said = desk.run("paper", "poster", "--out", "海报", "--json")[1]
    for made in json.loads(said)["posters"]:
        (picture,) = opened(desk.folder / made["docx"]).inline_shapes
        link = re.search(r"https://\S+", picture._inline.docPr.get("descr"))
        assert link
        parts = urlsplit(link[0])
        assert (parts.netloc, parts.path) == ("t.me", f"/{BOT}")
        (payload,) = parse_qs(parts.query)["start"]
        joined = desk.join(payload)
        assert joined.welcome is enrol.Welcome.JOINED
        assert joined.unit
        assert joined.unit.name in made["png"]
        drawn = [[bool(dot) for dot in row] for row in segno.make(link[0], error="q").matrix]
        seen = [row[4:-4] for row in modules_of(desk.folder / made["png"])[4:-4]]
        assert seen == drawn
        assert f"/start {payload}" in words_of(desk.folder / made["docx"])


def test_the_code_has_the_white_border_that_cameras_need(desk: Desk) -> None:
    desk.run("paper", "poster", "--out", "海报", "--unit", "V1")
    modules = modules_of(desk.folder / "海报" / "V1-东河村.png")
    edge = [*modules[:4], *modules[-4:], *(row[:4] + row[-4:] for row in modules)]
    assert not any(dark for row in edge for dark in row)


def test_a_poster_says_what_a_person_agrees_to(desk: Desk) -> None:
    desk.run("paper", "poster", "--out", "海报", "--unit", "V2")
    said = words_of(desk.folder / "海报" / "V2-西山村.docx")
    for promise in ("不用填姓名、电话", "/stop", "西山村普法消息", "示范镇"):
        assert promise in said


@pytest.mark.parametrize(
    ("unit", "code", "said"),
    [("V9", 2, "名册里没有编码为 V9 的单位"), ("D1", 2, "这里没有村")],
)
def test_posters_for_nobody_are_refused(desk: Desk, unit: str, code: int, said: str) -> None:
    done = desk.run("paper", "poster", "--out", "海报", "--unit", unit)
    assert done[0] == code
    assert said in done[1]
    assert not (desk.folder / "海报").exists()


def test_without_the_bots_name_there_is_no_link_to_print(desk: Desk) -> None:
    desk.write(lambda books: books._sql.exec_driver_sql("DELETE FROM facts"))
    code, said = desk.run("paper", "poster", "--out", "海报")
    assert code == 2
    assert "lawbot run" in said


def test_a_file_in_the_way_is_one_sentence(desk: Desk) -> None:
    (desk.folder / "海报").write_text("x")
    assert desk.run("paper", "poster", "--out", "海报") == (
        2,
        "“海报”不是文件夹，请换一个 --out。\n",
    )


# -- one approved text makes all of them ---------------------------------------------------------


def test_the_script_is_the_approved_text_with_telephones_as_they_are_said(desk: Desk) -> None:
    key = desk.campaign()
    assert desk.run("paper", "loudspeaker", str(key), "--out", "稿.txt") == (
        0,
        "已写好“稿.txt”：国家宪法日。\n",
    )
    raw = (desk.folder / "稿.txt").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "the notepad of an office needs the mark"
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.decode("utf-8-sig").splitlines() == [
        "第13个国家宪法日，12月4日。",
        "本村的乡亲：宪法管着每一个人，谁也没有特权。",
        "想问法律打幺二三四八，有建议打幺二三四五；",
        "罚款120元的事不归这里管。",
    ]


def test_the_script_on_paper_is_large_and_names_its_approval(desk: Desk) -> None:
    key = desk.campaign()
    desk.run("paper", "loudspeaker", str(key), "--out", "稿.docx")
    document = opened(desk.folder / "稿.docx")
    spoken = [p for p in document.paragraphs if p.text.startswith(("本村", "想问", "罚款"))]
    assert len(spoken) == 3
    assert all(p.runs[0].font.size.pt >= 22 for p in spoken)
    assert all(p.paragraph_format.keep_together for p in spoken)
    assert f"宣传任务 {key} 第 1 版，已批准" in words_of(desk.folder / "稿.docx")
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer


def test_the_leaflet_is_the_approved_text_with_its_telephones(desk: Desk) -> None:
    key = desk.campaign()
    desk.run("paper", "leaflet", str(key), "--out", "明白纸.docx")
    document = opened(desk.folder / "明白纸.docx")
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[:2] == ["第13个国家宪法日", "12月4日"]
    assert "本村的乡亲：宪法管着每一个人，谁也没有特权。" in lines
    numbers = [row.cells[0].text for row in document.tables[0].rows]
    assert numbers == ["12348", "12345"]
    assert document.sections[0].header.paragraphs[0].text == ""


@pytest.mark.parametrize(
    "state", [CampaignState.SUBMITTED, CampaignState.RETURNED, CampaignState.MISSED]
)
@pytest.mark.parametrize("kind", ["loudspeaker", "leaflet"])
def test_what_no_second_person_approved_is_not_printed(
    desk: Desk, state: CampaignState, kind: str
) -> None:
    key = desk.campaign(state)
    code, said = desk.run("paper", kind, str(key), "--out", "x.docx")
    assert (code, said) == (1, "“国家宪法日”的文稿还没有批准，不能印、不能念。\n")
    assert not (desk.folder / "x.docx").exists()


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (CampaignState.CORRECTED, "已更正"),
        (CampaignState.CANCELLED, "已取消"),
        (CampaignState.HELD, "已扣住，未发送"),
    ],
)
def test_what_was_withdrawn_is_not_printed_and_the_reason_is_true(
    desk: Desk, state: CampaignState, word: str
) -> None:
    key = desk.campaign(state)
    code, said = desk.run("paper", "loudspeaker", str(key), "--out", "x.txt")
    assert (code, said) == (1, f"“国家宪法日”{word}，不能印、不能念。\n")


def test_what_was_taken_back_is_not_printed(desk: Desk) -> None:
    key = desk.campaign(CampaignState.DONE)
    desk.write(lambda books: _taken_back(books, key))
    code, said = desk.run("paper", "leaflet", str(key), "--out", "x.docx")
    assert (code, said) == (1, "“国家宪法日”已经撤回，不能印、不能念。\n")


def _taken_back(books: Books, key: CampaignId) -> None:
    enrol.start(books.people, books.ledger, Address("telegram", "9"), "V1", at=NOON)
    account = books.people.account(Address("telegram", "9"))
    assert account is not None
    books.deliveries.queue(DeliveryKind.RECALL, key, 1, [account.id], NOON)


# -- texts of the content pack -------------------------------------------------------------------


def test_a_script_of_the_pack_leaves_room_for_a_signature(desk: Desk) -> None:
    code, said = desk.run(
        "paper", "loudspeaker", "--observance", "constitution-day", "--out", "稿.docx"
    )
    assert (code, said.splitlines()[1]) == (0, "稿子来自内容包，没有经过审批：使用前请审核签字。")
    printed = words_of(desk.folder / "稿.docx")
    assert "审核人：" in printed
    assert "幺二三四八" in printed
    assert "{" not in printed


def test_a_leaflet_of_the_pack_has_its_questions_and_is_marked_a_sample(desk: Desk) -> None:
    said = desk.run(
        "paper", "leaflet", "--observance", "constitution-day", "--out", "明白纸.docx", "--json"
    )[1]
    assert json.loads(said)["approved"] is False
    document = opened(desk.folder / "明白纸.docx")
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert [line[:2] for line in lines if re.match(r"[一二三]、", line)] == ["一、", "二、", "三、"]
    assert "样张" in document.sections[0].header.paragraphs[0].text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("loudspeaker", "--out", "x.docx"), "两样选一样"),
        (("leaflet", "1", "--observance", "constitution-day", "--out", "x.docx"), "两样选一样"),
        (("leaflet", "--observance", "nothing", "--out", "x.docx"), "内容包里没有“nothing”"),
        (("leaflet", "9", "--out", "x.docx"), "没有编号 9 的宣传任务"),
        (("leaflet", "--observance", "constitution-day", "--out", "x.pdf"), ".docx"),
        (("loudspeaker", "--observance", "constitution-day", "--out", "x.doc"), ".txt 或 .docx"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_exit_code_2(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    code, told = desk.run("paper", *words)
    assert code == 2
    assert said in told
    assert told.count("\n") == 1
    assert list(desk.folder.glob("x.*")) == []


# -- what every sheet keeps ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["poster", "loudspeaker", "leaflet"])
def test_every_sheet_is_a4_in_named_fonts_and_tells_nothing_of_the_machine(
    desk: Desk, kind: str
) -> None:
    if kind == "poster":
        desk.run("paper", "poster", "--out", ".", "--unit", "V1")
    else:
        desk.run("paper", kind, "--observance", "constitution-day", "--out", "纸.docx")
    (path,) = desk.folder.glob("*.docx")
    document = opened(path)
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    about = document.core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("示范镇", "示范镇", "")
    assert about.created.year >= 2026
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]
    for run in (run for p in paragraphs for run in p.runs if run.text.strip()):
        fonts = run._element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in {"黑体", "仿宋", "楷体"}, run.text


def test_a_script_as_text_does_not_load_the_word_processor(desk: Desk) -> None:
    code = (
        "import sys; sys.argv = ['lawbot', 'paper', 'loudspeaker', '--observance',"
        " 'constitution-day', '--out', 'x.txt']\n"
        "from lawbot.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert not done.code\n"
        "assert not {'docx', 'segno', 'aiogram'} & sys.modules.keys()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=desk.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
