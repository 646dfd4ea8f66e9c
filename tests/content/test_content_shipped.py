"""What we ship is checked as a clerk's own content is, and its year is the one that is kept."""

import re
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from lawcore.calendar.observance import occasions
from lawcore.content import check_pack, commencements, held_back, read_calendar, read_pack
from lawcore.content.place import Place
from lawcore.ids import BlueprintKey, LawKey, QuestionKey
from lawcore.law.statutes import find_statutes
from lawcore.questions.draw import draw, eligible, spare
from lawcore.questions.question import Audience, QuestionKind, Topic

VERIFIED = date(2026, 11, 24)
"""The day up to which the pack was verified."""


def test_the_whole_pack_is_clean_on_the_day_it_was_verified() -> None:
    faults = check_pack(read_pack(), VERIFIED, find_statutes())
    assert [str(fault) for fault in faults] == []


def test_the_bank_is_as_large_and_as_mixed_as_promised() -> None:
    questions = read_pack().questions.values()
    assert len(questions) >= 800
    assert len({cite.law for question in questions for cite in question.cites}) >= 45
    count = len(questions)
    kinds = Counter(question.kind for question in questions)
    for kind, share in {"single": 50, "multiple": 25, "judge": 25}.items():
        assert abs(100 * kinds[QuestionKind(kind)] / count - share) <= 5, kinds
    assert sum(question.case for question in questions) >= count / 2
    assert {question.difficulty for question in questions} == {1, 2, 3}
    assert {audience for question in questions for audience in question.audience} == set(Audience)


def test_the_constitution_fills_its_own_test_several_times_over() -> None:
    pool = [q for q in read_pack().questions.values() if q.topic is Topic.CONSTITUTION]
    assert len(pool) >= 85
    kinds = Counter(question.kind for question in pool)
    assert kinds[QuestionKind.SINGLE] >= 40
    assert kinds[QuestionKind.MULTIPLE] >= 25
    assert kinds[QuestionKind.JUDGE] >= 20


def test_each_head_of_article_5_that_the_statutes_speak_of_has_its_questions() -> None:
    """Head 6 is left out: the register holds no verified text of the Party's rules."""
    heads = Counter(question.topic.head for question in read_pack().questions.values())
    assert all(heads[head] >= 12 for head in (1, 2, 3, 4, 5)), heads


def test_a_person_who_sits_our_exams_one_after_another_is_not_asked_the_same_again() -> None:
    pack = read_pack()
    bank = tuple(pack.questions.values())
    plans = [pack.blueprints[BlueprintKey(key)] for key in ("quarterly", "village", "constitution")]
    assert all(plan.exclude_last for plan in plans)
    for turn in range(3):
        asked: list[set[QuestionKey]] = []
        for number in range(9):
            plan = plans[0] if number % 3 else plans[(number // 3 + turn) % 3]
            seen = set[QuestionKey]().union(*asked[-plan.exclude_last :])
            drawn = draw(spare(eligible(bank, plan), plan, seen), plan, f"{turn}:{number}")
            asked.append({question.id for question in drawn})


@pytest.mark.parametrize(
    ("key", "minutes", "pass_mark", "places"),
    [
        ("quarterly", 60, 80, {("single", 1): 40, ("multiple", 2): 20, ("judge", 1): 20}),
        ("constitution", 30, 60, {("single", 5): 10, ("multiple", 5): 5, ("judge", 5): 5}),
        ("village", 20, 60, {("single", 5): 10, ("multiple", 6): 5, ("judge", 4): 5}),
    ],
)
def test_the_three_plans_that_ship_are_what_the_township_asked_for(
    key: str, minutes: int, pass_mark: int, places: dict[tuple[str, int], int]
) -> None:
    plan = read_pack().blueprints[BlueprintKey(key)]
    counted: Counter[tuple[str, int]] = Counter()
    for section in plan.sections:
        counted[section.kind.value, int(section.marks)] += section.count
    assert counted == places
    assert (plan.minutes, int(plan.pass_mark), int(plan.total)) == (minutes, pass_mark, 100)
    assert (plan.categories == {"village"}) == (key == "village")


def test_our_papers_never_hold_two_questions_that_give_each_other_away() -> None:
    pack = read_pack()
    bank = tuple(pack.questions.values())
    assert sum(len(question.apart) for question in bank) >= 20
    for plan in pack.blueprints.values():
        for seed in range(20):
            drawn = draw(eligible(bank, plan), plan, f"{seed}")
            keys = {question.id for question in drawn}
            assert all(keys.isdisjoint(question.apart) for question in drawn)


def test_the_checker_passes_on_every_day_of_the_coming_year() -> None:
    """The texts that take effect on 2027-01-01 leave nothing of the pack out of date."""
    pack = read_pack()
    for month in range(1, 12):
        faults = [str(fault) for fault in check_pack(pack, date(2027, month, 15))]
        assert faults == [], month


def test_all_sixty_six_observances_resolve_in_every_year() -> None:
    observances = read_calendar().observances.values()
    assert len(observances) == 66
    for year in range(2026, 2101):
        assert len(occasions(observances, (), year)) == 66


def test_the_year_2027_is_the_one_that_is_kept() -> None:
    found = occasions(read_calendar().observances.values(), (), 2027)
    dates = {str(occasion.observance.key): occasion.date_text for occasion in found}
    assert dates["spring-festival-return"] == "1月30日至2月20日"
    assert dates["qingming"] == "4月5日"
    assert dates["natl-security-day"] == "4月15日"
    assert dates["disabled-day"] == "5月16日"
    assert dates["family-edu-week"] == "5月10日至16日"
    assert dates["defence-day"] == "9月18日"
    assert dates["ethnic-week"] == "9月20日至26日"
    assert dates["elder-day"] == "10月8日"
    assert dates["grain-week"] == "10月11日至17日"
    assert dates["constitution-day"] == "12月4日"


def test_what_documents_set_yearly_waits_for_its_notice() -> None:
    found = occasions(read_calendar().observances.values(), (), 2027)
    assert {str(each.observance.key) for each in found if each.awaiting_notice} == {
        "wage-winter", "antifraud-month", "jianghuai", "fazhi-village", "food-safety-week",
        "cyber-week", "constitution-week", "straw-summer", "straw-autumn",
    }  # fmt: skip
    assert {str(each.observance.key) for each in found if each.start is None} == {
        "wage-winter", "antifraud-month", "jianghuai", "fazhi-village", "food-safety-week",
    }  # fmt: skip


def test_no_observance_is_called_statutory_without_a_law_that_fixes_the_day() -> None:
    observances = read_calendar().observances
    assert all(each.basis for each in observances.values() if each.verification == "statute")
    for key in ("env-day", "consumer-day", "fire-day", "land-day", "anti-drug-day", "traffic-day"):
        found = {str(name): each for name, each in observances.items()}[key]
        assert found.verification == "published", key


def test_laws_that_take_effect_are_occasions() -> None:
    found = commencements(read_calendar().registry, 2027)
    assert {(each.observance.title, each.date_text) for each in found} == {
        ("《农业法》修改后施行", "1月1日"),
        ("《商标法》修改后施行", "1月1日"),
        ("《耕地保护和质量提升法》施行", "1月1日"),
        ("《医疗保障法》施行", "1月1日"),
    }
    assert all(each.observance.laws for each in found)


@pytest.mark.parametrize("key", ["环境保护法", "婚姻法", "合同法", "大气污染防治法"])
def test_nothing_shipped_cites_a_repealed_law(key: str) -> None:
    pack = read_pack()
    cited = {cite.law for each in pack.messages.values() for cite in each.cites}
    cited |= {cite.law for each in pack.questions.values() for cite in each.cites}
    cited |= {law for each in pack.observances.values() for law in each.laws}
    assert LawKey(key) not in cited


def test_the_clerks_guide_shows_examples_that_pass_the_checker(tmp_path: Path) -> None:
    guide = files("lawcontent").joinpath("README.md").read_text(encoding="utf-8")
    homes = {
        "[[law]]": "laws/ours.toml",
        "rule =": "observances/constitution-day.toml",
        "nth_from =": "messages/constitution-day.toml",
        "[[qa]]": "leaflets/constitution-day.toml",
        "[[question]]": "questions/ours.toml",
        "[[section]]": "exams/quarterly.toml",
        "[[hotline]]": "hotlines.toml",
        "[[language]]": "consent.toml",
    }
    examples = re.findall(r"```toml\n(.*?)```", guide, flags=re.DOTALL)
    for mark, home in homes.items():
        (example,) = [text for text in examples if mark in text]
        path = tmp_path / home
        path.parent.mkdir(exist_ok=True)
        path.write_text(example, encoding="utf-8")
    faults = check_pack(read_pack(tmp_path), VERIFIED)
    assert [str(fault) for fault in faults if fault.where.startswith(str(tmp_path))] == []


def test_no_line_is_looked_for_while_nothing_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding lines was most of the work of the desk's first page."""
    asked: list[Place] = []

    def look(place: Place, *_: object) -> str:
        asked.append(place)
        return place.file

    for name in ("at", "near"):
        monkeypatch.setattr(Place, name, look)
    assert held_back(read_pack(None), VERIFIED) == ()
    assert asked == []
