"""The story: a township from the calendar to the report, told while it happens."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from random import Random

from pydantic import SecretStr

from lawbot.cli.demo import afterwards, ledger, telling
from lawbot.cli.demo.cast import PATIENCE, Fate, Memory, Sitter, bind, join, sit, together
from lawbot.cli.demo.telling import Bar
from lawbot.house import House
from lawbot.sandbox import Sandbox, VirtualPerson
from lawbot.settings import Settings
from lawbot.wiring import Service, open_house
from lawcore.calendar.ical import write_calendar
from lawcore.calendar.observance import occasions
from lawcore.campaigns.model import CampaignState
from lawcore.clock import TOWNSHIP_ZONE, MovableClock
from lawcore.content.sample import read_sample
from lawcore.delivery.model import DeliveryKind
from lawcore.errors import BadInput
from lawcore.exams import office as exam_office
from lawcore.ids import BlueprintKey, ExamId, ObservanceKey
from lawcore.participation import enrol
from lawcore.people.model import Role, Unit, UnitKind
from lawcore.reports.collect import collect
from lawcore.reports.files import write_participation
from lawcore.storage import Books

RESIDENTS = 300
AT_ONCE = 24
CONSTITUTION_DAY = ObservanceKey("constitution-day")
EXAM_TITLE = "2026年第四季度考法"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWNSHIP_ZONE)


BEGIN = _at("2026-11-26T08:00")
EVE = _at("2026-12-03T16:00")
MORNING = _at("2026-12-04T09:00")
EXAM_OPENS = _at("2026-12-08T09:00")
EXAM_LAST_DAYS = _at("2026-12-12T18:30")
EXAM_CLOSES = _at("2026-12-15T18:00")
AFTER = _at("2026-12-16T09:00")

"""Moments that the chat page offers after the story."""


class Stage:
    """The sandbox, the house and the people on it."""

    def __init__(self, box: Sandbox, house: House, settings: Settings, seed: int) -> None:
        self.box = box
        self.house = house
        self.settings = settings
        self.random = Random(seed)  # noqa: S311 - a story that can be told again
        self.admin = box.person("王所长", note="司法所 · 管理员")
        self.approver = box.person("李镇长", note="镇领导 · 审批人")
        self.residents: list[VirtualPerson] = []
        self.sitters: list[Sitter] = []


async def tell(out: Path, seed: int, port: int, *, headless: bool) -> None:
    """Tell the story; write its files to `out`; then serve the chat page unless `headless`."""
    began = time.monotonic()
    database = await asyncio.to_thread(_clean_folder, out)
    async with _stage(database, seed, 0 if headless else port) as stage:
        await _set_up(stage)
        await _publicise(stage)
        key = await _examine(stage, seed)
        await _report(stage, key, out)
        telling.line(f"用时 {time.monotonic() - began:.0f} 秒。同一种子（{seed}），同样的数字。")
        if not headless:
            await afterwards.serve(stage.box, stage.house, stage.settings)


@contextlib.asynccontextmanager
async def _stage(database: Path, seed: int, port: int) -> AsyncIterator[Stage]:
    clock = MovableClock(BEGIN)
    box = Sandbox(clock=clock, on_move=lambda _at: service.catch_up())
    await _start(box, port)
    settings = Settings(
        database_url=f"sqlite:///{database}",
        telegram_token=SecretStr(box.token),
        telegram_api_url=box.url,
        telegram_rate=30,
        web_port=afterwards.free_port(port + 1 if port else 0),
        public_page=True,
        _env_file=None,
    )
    house = await open_house(settings, clock)
    service = Service(settings, house)
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.ensure_future(service.run(stop, lambda _name: ready.set()))
    try:
        await ready.wait()
        yield Stage(box, house, settings, seed)
    finally:
        stop.set()
        await running
        await house.store.close()
        await box.stop()


def _clean_folder(out: Path) -> Path:
    """Make the folder; return where the story's database goes, with none of an earlier story."""
    out.mkdir(parents=True, exist_ok=True)
    database = out / "demo.db"
    for old in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
        old.unlink(missing_ok=True)
    return database


async def _start(box: Sandbox, port: int) -> None:
    try:
        await box.start(port)
    except OSError:
        await box.start(0)


async def _set_up(stage: Stage) -> None:
    telling.chapter(1, "搭好一个镇：14 个村、300 位居民、40 名干部")
    await stage.house.act(lambda books, at: books.people.save_roster(read_sample(), at))
    units = await stage.house.look(lambda books, _: books.people.units())
    villages = [unit for unit in units if unit.kind is UnitKind.VILLAGE]
    await bind(stage.admin, await _code(stage, Role.ADMIN))
    await bind(stage.approver, await _code(stage, Role.APPROVER))
    with telling.bar("居民扫村口海报加入", RESIDENTS) as progress:
        jobs = [partial(_join, stage, villages, number, progress) for number in range(RESIDENTS)]
        await together(jobs, AT_ONCE)
    await _bind_cadres(stage)
    stage.residents.sort(key=lambda phone: phone.user_id)
    stage.box.show(stage.residents[0], stage.sitters[0].phone, stage.admin)
    telling.line("一位居民看到的：")
    telling.quote(stage.residents[0].last.text)


async def _join(stage: Stage, villages: list[Unit], number: int, progress: Bar) -> None:
    village = villages[number % len(villages)]
    phone = stage.box.person(f"村民{number + 1}", 10_000 + number, f"{village.name} · 村民")
    stage.residents.append(phone)
    await join(phone, village.code, village.name, by_poster=number % 5 != 0)
    progress.step()


async def _bind_cadres(stage: Stage) -> None:
    cadres = await stage.house.look(lambda books, _: books.people.cadres())
    fates = {len(cadres) - 1: Fate.ABSENT, len(cadres) - 2: Fate.ABSENT}
    fates |= {len(cadres) - 3: Fate.EXEMPT, 1: Fate.PHONE_DIES}
    for place, cadre in enumerate(cadres):
        phone = stage.box.person(cadre.name, 50_000 + place, f"{cadre.post} · 干部")
        knows = stage.random.choice((0.97, 0.95, 0.93, 0.9, 0.72))
        fate = fates.get(place, Fate.SITS)
        mind = Random(stage.random.random())  # noqa: S311 - a story that can be told again
        stage.sitters.append(Sitter(cadre, phone, fate, knows, mind))
    with telling.bar("干部用一次性码绑定", len(stage.sitters)) as progress:
        jobs = [partial(_bind, stage, sitter, progress) for sitter in stage.sitters]
        await together(jobs, AT_ONCE)


async def _bind(stage: Stage, sitter: Sitter, progress: Bar) -> None:
    await bind(sitter.phone, await _code(stage, Role.CADRE, sitter.cadre.number))
    progress.step()


async def _code(stage: Stage, role: Role, number: str | None = None) -> str:
    code = enrol.new_code()
    await stage.house.act(lambda books, at: enrol.invite(books.people, role, number, code, at=at))
    return code


async def _publicise(stage: Stage) -> None:
    today = stage.house.today()
    telling.chapter(2, f"日历：今天是 {today}，往后四周的普法日")
    telling.calendar(stage.house.around((), today, 28))
    telling.chapter(3, "12月3日：审批人看到将要发出的全文，点“批准”")
    await stage.box.move_to(EVE)
    card = await stage.approver.wait_for(
        lambda message: "待批准：国家宪法日" in message.text, PATIENCE
    )
    telling.quote(card.text)
    await stage.approver.press("批准", card)
    await stage.approver.wait_for(lambda message: "已批准" in message.text, PATIENCE)
    for phone in stage.residents[7:10]:
        await phone.block()
    for phone in stage.residents[20:22]:
        since = await phone.say("/stop")
        await phone.wait_for(lambda message: "不再给您发" in message.text, PATIENCE, since)
    telling.line("已批准。这时有 3 位居民停用了机器人，2 位发 /stop 退出。")
    telling.chapter(4, "12月4日 9:00：消息发往各村（每秒不超过 30 条）")
    sending = asyncio.ensure_future(stage.box.move_to(MORNING))
    await _watch(stage)
    await sending
    await stage.residents[0].wait_for(lambda message: "国家宪法日" in message.text, PATIENCE)
    telling.line("居民手机上：")
    telling.quote(stage.residents[0].last.text)
    events = await ledger.hold_events(stage.house)
    telling.line(f"同一天镇里办了 {events} 场活动，记进台账，由另一个人审核。联办的只算一场。")


async def _watch(stage: Stage) -> None:
    """Follow the ledger until the campaign is done."""
    with telling.bar("已有结果", RESIDENTS) as progress:
        while True:
            done, total, over = await stage.house.look(_sending)
            if total:
                progress.reach(done, total)
            if over:
                return
            await asyncio.sleep(0.2)


def _sending(books: Books, _at: datetime) -> tuple[int, int, bool]:
    campaign = books.campaigns.of(CONSTITUTION_DAY, MORNING.year)
    if campaign is None:
        raise BadInput("演示的内容里没有国家宪法日。")
    tally = books.deliveries.tally(DeliveryKind.CAMPAIGN, campaign.id)
    return tally.intended - tally.under_way, tally.intended, campaign.state is CampaignState.DONE


async def _examine(stage: Stage, seed: int) -> ExamId:
    telling.chapter(5, "12月8日：季度考法开始，干部在手机上答题")
    pack = stage.house.pack
    plan, bank = pack.blueprints[BlueprintKey("quarterly")], tuple(pack.questions.values())
    key = await stage.house.act(
        lambda books, at: exam_office.create(
            books,
            plan,
            bank,
            title=EXAM_TITLE,
            opens_at=EXAM_OPENS,
            closes_at=EXAM_CLOSES,
            minutes=None,
            seed=seed,
            actor="王所长",
            at=at,
        )
    )
    await stage.box.move_to(EXAM_OPENS)
    excused = next(sitter for sitter in stage.sitters if sitter.fate is Fate.EXEMPT)
    await stage.house.act(
        lambda books, at: exam_office.exempt(
            books, key, excused.cadre.number, "病假", actor="王所长", at=at
        )
    )
    sitting = [s for s in stage.sitters if s.fate in {Fate.SITS, Fate.PHONE_DIES}]
    for sitter in sitting:
        await sitter.phone.wait_for(lambda message: "考试开始了" in message.text, PATIENCE)
    memory = Memory(bank)
    with telling.bar("答题", len(sitting) * plan.length) as progress:
        await together([partial(sit, s, memory, progress.step) for s in sitting], AT_ONCE)
    telling.line("其中一人手机中途没电，换了一部，从同一题接着答。两人没来，一人病假免考。")
    telling.chapter(6, "12月12日只提醒没交卷的人；12月15日18:00 收卷评分")
    await stage.box.move_to(EXAM_LAST_DAYS)
    reminded = sum("还有不到三天" in m.text for s in stage.sitters for m in s.phone.chat)
    telling.line(f"提醒了 {reminded} 人。")
    await stage.box.move_to(EXAM_CLOSES)
    await stage.box.move_to(AFTER)
    first = sitting[0].phone
    await first.wait_for(lambda message: "得分" in message.text, PATIENCE)
    telling.line("一名干部看到的：")
    telling.quote(first.last.text)
    return key


async def _report(stage: Stage, key: ExamId, out: Path) -> None:
    telling.chapter(7, "报表：每个率都带分子和分母")
    first, last = date(2026, 10, 1), date(2026, 12, 31)
    township = stage.house.township
    found = await stage.house.look(
        lambda books, at: collect(books.figures, township, first, last, None, at)
    )
    telling.exam(next(table for table in found.exams if table.exam == key))
    telling.campaigns(found.campaigns)
    for suffix in ("xlsx", "csv", "json"):
        write_participation(found, out / f"participation.{suffix}")
    pack = stage.house.pack
    year = occasions(pack.observances.values(), (), first.year + 1)
    names = {law.key: law.name for law in pack.registry}
    ics = write_calendar(year, at=stage.house.clock.now(), law_names=names)
    (out / "calendar-2027.ics").write_bytes(ics)
    await ledger.write_year(stage.house, out)
    telling.line(f"文件在 {out}/：participation.xlsx、.csv、.json，annual-2026.docx，")
    telling.line("calendar-2027.ics，demo.db。年度数据里的每个数都能打开，例如 A2 参与人次：")
    telling.command(
        f"LAWBOT_DATABASE_URL=sqlite:///{out}/demo.db lawbot report explain A2 --to 2026-12-31"
    )
