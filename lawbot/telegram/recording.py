"""What has been chosen so far of an event that is being recorded: the account's pending word."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from lawbot.house import House
from lawbot.telegram import buttons
from lawbot.telegram.views.activity import NO_DAY
from lawcore.errors import BadInput, NotFound
from lawcore.ids import ObservanceKey, UnitId
from lawcore.participation.activity import Form
from lawcore.people.model import Account, Unit, UnitKind
from lawcore.storage import Books

PENDING = "activity"
LONGEST = 80
"""Characters of a pending word that the database holds."""
PARTS = 7
DAY = "%y%m%d"
TOO_MANY = "这么多参与单位聊天里记不下：先记下活动，其余的在网页的“台账”里更正时补上。"
OF_VILLAGES = "进乡村"
"""What an event of a village is filed under until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An event as far as it was told."""

    unit: UnitId
    day: date
    """When it was held; the day on which it was begun, until somebody says otherwise."""
    observance: ObservanceKey | None
    form: Form
    crowd: str = ""
    """Empty: to be asked. ``?``: nobody counted. Else digits."""
    partners: tuple[UnitId, ...] = ()
    category: int | None = None
    """Its place among the categories of the content."""

    @property
    def word(self) -> str:
        """As it is kept. Raises BadInput if it is too long for that."""
        partners = ".".join(map(str, self.partners))
        category = "" if self.category is None else self.category
        day, about = f"{self.day:{DAY}}", self.observance or NO_DAY
        parts = (self.unit, day, about, self.form.value, self.crowd, partners)
        word = ":".join(map(str, (PENDING, *parts, category)))
        if len(word) > LONGEST:
            raise BadInput(TOO_MANY)
        return word

    def joined(self, unit: UnitId, on: bool) -> "Begun":
        """With or without a partner."""
        others = tuple(one for one in self.partners if one != unit)
        return replace(self, partners=(*others, unit) if on and unit != self.unit else others)


def begin(house: House, unit: Unit, observance: str, form: str, today: date) -> Begun:
    """The first three steps. Raises NotFound for words that no button of ours carries."""
    if form not in {one.value for one in Form}:
        raise NotFound(buttons.DEAD)
    category = None
    if unit.kind is UnitKind.VILLAGE and OF_VILLAGES in house.categories:
        category = house.categories.index(OF_VILLAGES)
    return Begun(unit.id, today, day_of(house, observance), Form(form), category=category)


def begun(books: Books, house: House, account: Account) -> tuple[Begun, Unit]:
    """What this account has told, and the organiser. Raises NotFound if it is not recording."""
    word, *parts = (account.pending or "").split(":")
    if word != PENDING or len(parts) != PARTS:
        raise NotFound(buttons.DEAD)
    unit, day, observance, form, crowd, partners, category = parts
    organiser = unit_of(books, UnitId(int(unit)))
    told = Begun(
        organiser.id,
        datetime.strptime(day, DAY).date(),  # noqa: DTZ007 - a day, no moment
        day_of(house, observance),
        Form(form),
        crowd,
        tuple(UnitId(int(one)) for one in partners.split(".") if one),
        int(category) if category else None,
    )
    return told, organiser


def day_of(house: House, word: str) -> ObservanceKey | None:
    """The observance that a button names."""
    if word == NO_DAY:
        return None
    if word not in house.pack.observances:
        raise NotFound(buttons.DEAD)
    return ObservanceKey(word)


def unit_of(books: Books, key: UnitId) -> Unit:
    """The unit that a button names."""
    found = books.people.unit(key)
    if found is None:
        raise NotFound(buttons.DEAD)
    return found
