"""Whom a campaign is for, as SQL: the same for the count before and the freeze at the start."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, true

from lawcore.delivery.model import Cadres, DeliveryKind, DeliveryState, Residents, SentTo, Whom
from lawcore.storage.tables import account_groups, accounts, cadres, deliveries, grants

Picked = tuple[FromClause, ColumnElement[Any], ColumnElement[bool]]
"""The tables, the column of the unit, the condition."""


def recipients(whom: Whom) -> Picked:
    """The accounts of `whom`, whatever their state."""
    match whom:
        case Residents():
            return _residents(whom)
        case Cadres():
            return _cadres(whom)
        case SentTo():
            return _sent_to(whom)


def _residents(whom: Residents) -> Picked:
    meant: ColumnElement[bool] = accounts.c.village_id.in_(whom.units)
    if whom.groups:
        chosen = exists().where(
            account_groups.c.account_id == accounts.c.id,
            account_groups.c.name.in_([group.value for group in whom.groups]),
        )
        meant = and_(meant, chosen)
    if whom.languages:
        meant = and_(meant, accounts.c.language.in_(whom.languages))
    return accounts, accounts.c.village_id, meant


def _cadres(whom: Cadres) -> Picked:
    meant: ColumnElement[bool] = and_(cadres.c.active, true())
    if whom.units is not None:
        meant = and_(meant, cadres.c.unit_id.in_(whom.units))
    if whom.roles:
        holds = exists().where(
            grants.c.account_id == accounts.c.id,
            grants.c.role.in_([role.value for role in whom.roles]),
        )
        meant = and_(meant, holds)
    return accounts.join(cadres, cadres.c.id == accounts.c.cadre_id), cadres.c.unit_id, meant


def _sent_to(whom: SentTo) -> Picked:
    first = deliveries.alias("first")
    meant = and_(
        first.c.kind == DeliveryKind.CAMPAIGN.value,
        first.c.subject == whom.subject,
        first.c.version == whom.version,
        first.c.state == DeliveryState.SENT.value,
    )
    return accounts.join(first, first.c.account_id == accounts.c.id), first.c.unit_id, meant
