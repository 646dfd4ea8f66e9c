"""What a person is told before joining, and in which languages (个人信息保护法 14, 17).

The language of consent is the one in which a person read the notice and agreed to it. It is never
guessed from a telephone or from where somebody lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lawcore.errors import NotFound
from lawcore.ids import LanguageCode
from lawcore.people.model import CHINESE


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """The notice in one language, with the words around it.

    Filled in where it is shown: {township} and {page} in `choose`, {n} and {of} in `page`, {place}
    in `joined`.
    """

    language: LanguageCode
    own_name: str
    chinese_name: str
    """As the office calls the language."""
    offered: bool
    choose: str
    page: str
    joined: str
    notice: str
    keeps_language: str
    """Said as well where there is more than one language to choose from."""
    agree: str
    cancel: str
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class Consent:
    """The notice in every language that is written down; Chinese is one, and always offered."""

    notices: Mapping[LanguageCode, PrivacyNotice]

    @property
    def offered(self) -> tuple[PrivacyNotice, ...]:
        return tuple(notice for notice in self.notices.values() if notice.offered)

    @property
    def names(self) -> Mapping[LanguageCode, str]:
        """What the office calls each language."""
        return {code: notice.chinese_name for code, notice in self.notices.items()}

    def offer(self, code: str) -> PrivacyNotice:
        """Raises NotFound for a language that is not offered."""
        for notice in self.offered:
            if notice.language == code:
                return notice
        raise NotFound("这里没有这种语言的告知，请发 /start 重新选。")

    def agreed_in(self, language: LanguageCode) -> PrivacyNotice:
        """The notice that was agreed to; the Chinese one where it is no longer written down."""
        return self.notices.get(language, self.notices[CHINESE])

    def others(self, shown: PrivacyNotice) -> tuple[PrivacyNotice, ...]:
        """The notice in every other language that is offered."""
        return tuple(notice for notice in self.offered if notice.language != shown.language)

    def told(self, shown: PrivacyNotice) -> str:
        """All that the notice says: that the language is kept, too, once there is a choice."""
        if not self.others(shown):
            return shown.notice
        return f"{shown.notice}\n{shown.keeps_language}"
