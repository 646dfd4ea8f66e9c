"""The file of groups: read whole or refused with every fault, and no secret in what is said."""

from pathlib import Path

import pytest

from lawbot.groups.model import GroupKind, Security
from lawbot.groups.reading import read_groups
from lawcore.errors import BadInput, FaultyFile

SOUND = """
[mail]
host = "smtp.example.cn"
port = 465
security = "tls"
sender = "sfs@example.cn"
user = "sfs@example.cn"
password = "pw-4411"

[[group]]
name = "镇工作群"
kind = "wecom"
address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-1"
unit = "T"

[[group]]
name = "东河村群"
kind = "dingtalk"
address = "https://oapi.dingtalk.com/robot/send?access_token=secret-2"
secret = "SEC-secret-3"
unit = "V1"

[[group]]
name = "西山村群"
kind = "feishu"
address = "https://open.feishu.cn/open-apis/bot/v2/hook/secret-4"
unit = "V2"

[[group]]
name = "各村邮箱"
kind = "mail"
address = "cun@example.cn"
unit = "T"
"""
GROUP = """[[group]]
name = "群"
kind = "wecom"
address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-1"
unit = "T"
"""
MAIL = """[mail]
host = "smtp.example.cn"
port = 465
security = "tls"
sender = "sfs@example.cn"
user = "sfs"
password = "secret-5"
"""
MAILBOX = '[[group]]\nname = "信"\nkind = "mail"\naddress = "c@example.cn"\nunit = "T"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "群.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    directory = read_groups(written(tmp_path, SOUND))
    assert [(e.name, e.kind, e.unit) for e in directory.groups.values()] == [
        ("镇工作群", GroupKind.WECOM, "T"),
        ("东河村群", GroupKind.DINGTALK, "V1"),
        ("西山村群", GroupKind.FEISHU, "V2"),
        ("各村邮箱", GroupKind.MAIL, "T"),
    ]
    assert directory.groups["东河村群"].secret == "SEC-secret-3"
    assert directory.mail is not None
    assert directory.mail.security is Security.TLS
    assert "secret" not in repr(directory)
    assert "pw-4411" not in repr(directory)


def test_the_example_that_is_shipped_is_sound() -> None:
    example = Path(__file__).parents[2] / "deploy" / "groups.example.toml"
    kinds = {entry.kind for entry in read_groups(example).groups.values()}
    assert kinds == set(GroupKind)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GROUP.replace('unit = "T"', ""), 1, "缺少“unit”"),
        (GROUP.replace('"wecom"', '"weixin"'), 3, "wecom、dingtalk、feishu、mail"),
        (GROUP.replace("https://", "http://"), 4, "https"),
        (GROUP.replace("?key=secret-1", ""), 4, "不完整"),
        (GROUP.replace("https://qyapi.weixin.qq.com", "qyapi"), 4, "完整的网址"),
        (GROUP.replace("https://qyapi", "https://[::qyapi"), 4, "完整的网址"),
        (GROUP.replace('"群"', '""'), 2, "“name”"),
        (GROUP.replace('"群"', "7"), 2, "带引号"),
        (GROUP.replace('"群"', f'"{"群" * 41}"'), 2, "40"),
        (GROUP + 'secret = "secret-9"\n', 6, "只有钉钉和飞书"),
        (GROUP + 'units = "T"\n', 6, "不认识“units”"),
        (GROUP + GROUP.replace("secret-1", "secret-2"), 7, "写了两次"),
        (GROUP + GROUP.replace('"群"', '"另一个群"'), 9, "和“群”是同一个地址"),
        ("group = 1\n", 1, "[[group]]"),
        ("[[groups]]\n", 1, "不认识“groups”"),
        (MAILBOX, 3, "[mail]"),
        (MAIL + MAILBOX.replace("c@example.cn", "c@"), 11, "邮件地址"),
        (MAIL.replace("465", '"465"'), 3, "端口"),
        (MAIL.replace('"tls"', '"ssl"'), 4, "tls、starttls、none"),
        (MAIL.replace('"tls"', '"none"'), 4, "泄露"),
        (MAIL.replace('password = "secret-5"\n', ""), 6, "一起写"),
        ("mail = 1\n", 1, "[mail]"),
        ('[[group]]\nname = "群\n', 2, "读不下去"),
    ],
)
def test_a_fault_is_one_sentence_with_its_line_and_the_remedy(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(FaultyFile) as refused:
        read_groups(written(tmp_path, text))
    (fault,) = refused.value.faults
    assert fault.where == f"群.toml 第 {line} 行"
    assert words in str(fault)
    assert fault.remedy
    assert "secret-" not in str(refused.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GROUP.replace('"wecom"', '"x"') + MAILBOX + "[odd]\n"
    with pytest.raises(FaultyFile) as refused:
        read_groups(written(tmp_path, text))
    assert len(refused.value.faults) == 3


def test_a_file_that_is_not_there_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="LAWBOT_GROUPS"):
        read_groups(tmp_path / "没有.toml")
    path = tmp_path / "群.toml"
    path.write_bytes("名".encode("gbk"))
    with pytest.raises(BadInput, match="UTF-8"):
        read_groups(path)


def test_a_rehearsal_reaches_no_real_group(tmp_path: Path) -> None:
    with pytest.raises(FaultyFile) as refused:
        read_groups(written(tmp_path, SOUND), rehearsal=True)
    assert len(refused.value.faults) == 4
    assert "演练" in str(refused.value)
    here = GROUP.replace("https://qyapi.weixin.qq.com", "http://127.0.0.1:8081")
    assert read_groups(written(tmp_path, here), rehearsal=True).groups
