"""Units, cadres and accounts: the nouns of the roster.

A resident is an account with a village and nothing else: no name, no phone (个人信息保护法 6).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lawcore.ids import AccountId, CadreId, LanguageCode, UnitId


class UnitKind(StrEnum):
    """Kinds of unit, as the roster file names them in Chinese."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    DEPARTMENT = "department"


UNIT_KIND_WORDS = {
    UnitKind.COUNTY: "县",
    UnitKind.TOWN: "镇",
    UnitKind.VILLAGE: "村",
    UnitKind.DEPARTMENT: "部门",
}


class CadreCategory(StrEnum):
    """人员类别: who sits which exam."""

    LEADING = "leading"
    ENFORCEMENT = "enforcement"
    VILLAGE = "village"
    STAFF = "staff"


CADRE_CATEGORY_WORDS = {
    CadreCategory.LEADING: "领导干部",
    CadreCategory.ENFORCEMENT: "行政执法人员",
    CadreCategory.VILLAGE: "村干部",
    CadreCategory.STAFF: "一般干部",
}


class Role(StrEnum):
    """What an account may do beyond receiving messages."""

    ADMIN = "admin"
    EDITOR = "editor"
    APPROVER = "approver"
    CADRE = "cadre"
    UNIT_ADMIN = "unit-admin"
    """Of one unit and all below it, on the pages: nothing that is the whole township's."""


ROLE_WORDS = {
    Role.ADMIN: "管理员",
    Role.EDITOR: "编辑",
    Role.APPROVER: "审批人",
    Role.CADRE: "干部",
    Role.UNIT_ADMIN: "村级管理员",
}

MAY_APPROVE = frozenset({Role.ADMIN, Role.APPROVER})
MAY_EDIT = frozenset({Role.ADMIN, Role.EDITOR})
MAY_REPORT = frozenset({Role.ADMIN})


class ResidentGroup(StrEnum):
    """What residents say of themselves in /me, so that messages meant for them find them.

    Nothing is ever concluded from other data: who has chosen nothing is in no group. None of them
    is sensitive (个人信息保护法 28): no health, no faith, no child.
    """

    ELDERLY = "elderly"
    PARENT = "parent"
    RETURNED = "returned"
    COURIER = "courier"
    FARMER = "farmer"
    BUSINESS = "business"


RESIDENT_GROUP_WORDS = {
    ResidentGroup.ELDERLY: "老年人",
    ResidentGroup.PARENT: "家长",
    ResidentGroup.RETURNED: "返乡务工",
    ResidentGroup.COURIER: "网约配送",
    ResidentGroup.FARMER: "种养殖户",
    ResidentGroup.BUSINESS: "个体经营",
}


CHINESE = LanguageCode("zh-Hans")
"""The language of everything here; who was never asked has agreed in it."""


class AccountState(StrEnum):
    """`active` receives; `left` said /stop; `blocked` stopped the bot until it returns."""

    ACTIVE = "active"
    LEFT = "left"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Unit:
    """A county, town, village or department. `code` stands on the poster and in the roster file."""

    id: UnitId
    code: str
    name: str
    kind: UnitKind
    parent: UnitId | None


@dataclass(frozen=True, slots=True)
class Cadre:
    """A person of the roster. `number` is the 工号 that the township gives."""

    id: CadreId
    number: str
    name: str
    unit: UnitId
    post: str
    category: CadreCategory
    active: bool


DESK = "desk"
"""The channel of who logs in to the pages and has no chat here: nothing is sent over it."""


GONE = "forgotten-"
"""Before the number of a forgotten account, where its address was."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a channel reaches somebody: ``Address("telegram", "1234")``."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True)
class Account:
    """A chat account: perhaps a resident of a village, perhaps bound to a cadre, perhaps both."""

    id: AccountId
    address: Address
    state: AccountState
    village: UnitId | None
    cadre: CadreId | None
    roles: frozenset[Role]
    pending: str | None
    """What the next typed text of this account means, e.g. the reason of a return."""
    joined_at: datetime
    language: LanguageCode = CHINESE
    """The language of consent: in which the person read the notice and agreed to it."""

    @property
    def forgotten(self) -> bool:
        """Whether all that led to the person was taken away."""
        return self.address.value.startswith(GONE)

    def may(self, roles: frozenset[Role]) -> bool:
        return bool(self.roles & roles)


@dataclass(frozen=True, slots=True)
class Invite:
    """A one-time code that gives a role, and binds a cadre where one is named."""

    role: Role
    cadre: CadreId | None
    expires_at: datetime
    used: bool
    unit: UnitId | None = None
    """The unit of a unit's admin."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as a roster file has it: units point at each other by code."""

    code: str
    name: str
    kind: UnitKind
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class CadreRow:
    """A cadre as a roster file has it."""

    number: str
    name: str
    unit_code: str
    post: str
    category: CadreCategory
    active: bool = True


@dataclass(frozen=True, slots=True)
class Roster:
    """The units and cadres of a township, as a roster file holds them."""

    units: tuple[UnitRow, ...]
    cadres: tuple[CadreRow, ...]
