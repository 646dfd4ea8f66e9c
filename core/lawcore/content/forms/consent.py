"""``consent.toml``: what a person is told before joining, language by language."""

from typing import Annotated

from pydantic import StringConstraints

from lawcore.campaigns.message import PLACEHOLDER
from lawcore.content.forms.base import Form
from lawcore.errors import BadInput
from lawcore.ids import LanguageCode
from lawcore.participation.consent import PrivacyNotice
from lawcore.people.model import CHINESE

LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
"""Language, script and region of BCP 47; no more is needed to tell two notices apart."""
_FILLED = {"choose": {"township", "page"}, "page": {"n", "of"}, "joined": {"place"}}
"""The placeholders of each text: those and no others, in every language alike."""

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
"""What stands on a button or names a language."""
Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
"""What stands in a message, whose limit is 4,096 characters."""


class LanguageForm(Form):
    """``[[language]]``."""

    code: Annotated[str, StringConstraints(pattern=LANGUAGE_TAG)]
    name: Label
    chinese: Label
    offered: bool = True
    choose: Told
    page: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    joined: Told
    notice: Told
    keeps_language: Told
    agree: Label
    cancel: Label
    previous: Label
    next: Label

    def build(self) -> PrivacyNotice:
        if self.code == CHINESE and not self.offered:
            raise BadInput("中文的告知不能停用")
        for key in ("choose", "page", "joined", "notice", "keeps_language"):
            wanted, found = _FILLED.get(key, set()), set(PLACEHOLDER.findall(getattr(self, key)))
            if found != wanted:
                names = "、".join(f"{{{name}}}" for name in sorted(wanted))
                rule = f"要用 {names}，不用别的" if names else "这里一个也不用"
                raise BadInput(f"“{key}”里的占位符不对：{rule}")
        return PrivacyNotice(
            language=LanguageCode(self.code),
            own_name=self.name,
            chinese_name=self.chinese,
            offered=self.offered,
            choose=self.choose,
            page=self.page,
            joined=self.joined,
            notice=self.notice,
            keeps_language=self.keeps_language,
            agree=self.agree,
            cancel=self.cancel,
            previous=self.previous,
            following=self.next,
        )
