"""Bad settings and bad files at the command line: one clear sentence, exit code 2, no change."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.program import Ended, lawbot, process

SECRET = "123456:AAnobody-may-read-this-token-anywhere"


def refused(done: Ended, *words: str) -> None:
    """Exit code 2, Chinese, no trace, no secret."""
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err
    assert "AAnobody" not in done.err
    assert "hunter2" not in done.err


def dump(folder: Path) -> list[str]:
    """Everything the database holds, as SQL."""
    with contextlib.closing(sqlite3.connect(folder / "lawbot.db")) as file:
        return list(file.iterdump())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "没有设置 LAWBOT_TELEGRAM_TOKEN：请把机器人的令牌写进 .env。"),
        ({"telegram_token": ""}, "没有设置 LAWBOT_TELEGRAM_TOKEN"),
        ({"telegram_token": "AAnobody"}, "LAWBOT_TELEGRAM_TOKEN 写得不对"),
        ({"telegram_api_url": "telegram"}, "LAWBOT_TELEGRAM_API_URL：要写完整的网址"),
        ({"telegram_api_url": "ftp://127.0.0.1"}, "LAWBOT_TELEGRAM_API_URL：要写完整的网址"),
        ({"telegram_rate": "99"}, "LAWBOT_TELEGRAM_RATE：要不大于 30"),
        ({"telegram_rate": "快"}, "LAWBOT_TELEGRAM_RATE：要写整数"),
        ({"timezone": "Mars/Base"}, "LAWBOT_TIMEZONE：只能是 Asia/Shanghai"),
        ({"timezone": "Asia/Urumqi"}, "LAWBOT_TIMEZONE：只能是 Asia/Shanghai"),
        ({"web_port": "70000"}, "LAWBOT_WEB_PORT"),
        ({"clock_start": "2026-12-03T08:00:00+08:00"}, "LAWBOT_CLOCK_START 只用于演练"),
        (
            {"clock_start": "2026-12-03T08:00:00", "telegram_api_url": "http://127.0.0.1:1"},
            "LAWBOT_CLOCK_START：要写明时区",
        ),
        ({"clock_start": "明天", "telegram_api_url": "http://127.0.0.1:1"}, "LAWBOT_CLOCK_START"),
    ],
)
def test_a_bad_setting_is_named_with_its_remedy(
    tmp_path: Path, given: dict[str, str], words: str
) -> None:
    done = lawbot(tmp_path, "run", **({"telegram_token": SECRET} if given else {}) | given)
    refused(done, words)
    assert not list(tmp_path.glob("*.db")), "nothing was made"


@pytest.mark.parametrize(
    "address",
    ["https://api.telegram.org:443", "https://API.telegram.org/", "http://api.telegram.org."],
)
def test_a_rehearsal_clock_is_refused_however_telegram_is_written(
    tmp_path: Path, address: str
) -> None:
    clock = "2026-12-03T08:00:00+08:00"
    done = lawbot(tmp_path, "exam", "list", clock_start=clock, telegram_api_url=address)
    refused(done, "LAWBOT_CLOCK_START 只用于演练：接口地址是 Telegram 官方时不能用")


def test_all_bad_settings_are_named_at_once(tmp_path: Path) -> None:
    done = process(tmp_path, "run", telegram_rate="0", web_port="x", timezone="x")
    refused(done, "LAWBOT_TELEGRAM_RATE", "LAWBOT_WEB_PORT", "LAWBOT_TIMEZONE")


def test_settings_are_read_from_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"LAWBOT_TELEGRAM_TOKEN={SECRET}\nLAWBOT_TELEGRAM_RATE=99\n")
    refused(lawbot(tmp_path, "run"), "LAWBOT_TELEGRAM_RATE")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://law:hunter2@127.0.0.1/law", "LAWBOT_DATABASE_URL 写得不对"),
        ("lawbot.db", "LAWBOT_DATABASE_URL 写得不对"),
        ("postgresql://law:hunter2@127.0.0.1:1/law", "打不开数据库"),
        ("sqlite:////proc/none/lawbot.db", "打不开数据库"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_sentence(
    tmp_path: Path, url: str, words: str
) -> None:
    refused(lawbot(tmp_path, "exam", "list", database_url=url), words)


@pytest.mark.parametrize("words", [["exam", "list"], ["campaign", "list"], ["run"]])
def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, words: list[str]) -> None:
    given = {"database_url": "sqlite:///lawbot.db", "telegram_token": SECRET}
    assert lawbot(tmp_path, "db", "upgrade", **given).code == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "lawbot.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    before = dump(tmp_path)
    refused(process(tmp_path, *words, **given), "数据库是由更新版本的 lawbot 写的，请先升级程序")
    assert dump(tmp_path) == before
    checked = lawbot(tmp_path, "db", "check", "--json", **given)
    assert (checked.code, '"fit": "new"' in checked.out) == (2, True)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "lawbot.db")) as file:
        file.execute("CREATE TABLE shopping (item TEXT)")
        file.commit()
    before = dump(tmp_path)
    done = lawbot(tmp_path, "exam", "list", database_url="sqlite:///lawbot.db")
    refused(done, "这个数据库里有别的数据，不是 lawbot 的库")
    assert dump(tmp_path) == before


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_roster_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "名册.xlsx").write_bytes(content)
    given = {"database_url": "sqlite:///lawbot.db"}
    assert lawbot(tmp_path, "db", "upgrade", **given).code == 0
    before = dump(tmp_path)
    done = process(tmp_path, "roster", "import", "名册.xlsx", **given)
    refused(done, "名册.xlsx")
    assert len(done.err.strip().splitlines()) == 1
    assert dump(tmp_path) == before


def question(**changes: str) -> str:
    """A true-or-false question of an overlay."""
    fields = {
        "id": '"ours-001"',
        "kind": '"judge"',
        "stem": '"本镇禁放烟花。"',
        "answer": "true",
        "explanation": '"见通告。"',
        "cites": '[{ law = "民法典", article = 1042 }]',
        "topic": '"other"',
        "audience": '["resident"]',
        "difficulty": "1",
        "checked": "2026-11-01",
    }
    return "[[question]]\n" + "".join(f"{k} = {v}\n" for k, v in (fields | changes).items())


def test_a_content_file_with_a_law_that_does_not_exist_is_named_with_its_line(
    tmp_path: Path,
) -> None:
    overlay = tmp_path / "内容" / "questions"
    overlay.mkdir(parents=True)
    (overlay / "ours.toml").write_text(question(cites='[{ law = "示范镇烟花法", article = 3 }]'))
    done = lawbot(tmp_path, "content", "check", "内容")
    refused(done, "内容/questions/ours.toml 第 7 行", "示范镇烟花法")
    examined = lawbot(tmp_path, "doctor", database_url="sqlite:///lawbot.db", content="内容")
    assert examined.code == 1
    assert "[注意] 内容" in examined.out


def test_a_content_file_that_cannot_be_read_stops_whatever_reads_it(tmp_path: Path) -> None:
    overlay = tmp_path / "内容" / "questions"
    overlay.mkdir(parents=True)
    (overlay / "ours.toml").write_text(question(answer='"也许"') + question(difficulty="9"))
    given = {"database_url": "sqlite:///lawbot.db", "content": "内容", "telegram_token": SECRET}
    assert lawbot(tmp_path, "db", "upgrade", **given).code == 0
    before = dump(tmp_path)
    create = ("exam", "create", "--blueprint", "quarterly", "--title", "考试")
    window = ("--opens", "2026-12-08T09:00", "--closes", "2026-12-15T18:00")
    for words in (["content", "check"], [*create, *window], ["run"]):
        done = lawbot(tmp_path, *words, **given)
        refused(done, "questions/ours.toml 第 5 行", "questions/ours.toml 第 21 行")
    assert dump(tmp_path) == before
    refused(lawbot(tmp_path, "run", **given | {"content": "没有"}), "没有“没有”这个内容文件夹")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["exma"], "没有这个命令。用 lawbot --help 查看用法。"),
        (["exam", "shwo"], "没有这个命令。用 lawbot exam --help 查看用法。"),
        (["exam", "show"], "缺少 编号。用 lawbot exam show --help 查看用法。"),
        (["exam", "show", "一"], "编号 写得不对。用 lawbot exam show --help 查看用法。"),
        (["exam", "list", "--jsno"], "没有 --jsno 这个选项"),
        (["invite"], "缺少 --role。用 lawbot invite --help 查看用法。"),
        (["run", "--role", "king"], "--role 写得不对。"),
    ],
)
def test_a_word_that_the_command_line_does_not_know_is_one_chinese_sentence(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    done = lawbot(tmp_path, *words)
    refused(done, sentence)
    assert len(done.err.strip().splitlines()) == 1
