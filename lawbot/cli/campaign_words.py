"""What the commands about campaigns share: their options, and a campaign as JSON."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from lawbot.cli.house import show_json, write
from lawcore.campaigns.model import CAMPAIGN_STATE_WORDS, Campaign
from lawcore.delivery.model import DeliveryKind, DeliveryState, Tally
from lawcore.storage import Books

Key = Annotated[
    int, typer.Argument(metavar="编号", help="宣传任务的编号，见 lawbot campaign list。")
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def act(job: Callable[[Books, datetime], Campaign], json_: bool) -> None:
    """Do one act and say what became of the campaign."""
    one, tally = write(lambda books, at: with_tally(books, job(books, at)))
    if json_:
        show_json(as_json(one, tally))
    else:
        typer.echo(f"“{one.title}”{CAMPAIGN_STATE_WORDS[one.state]}。")


def with_tally(books: Books, one: Campaign) -> tuple[Campaign, Tally]:
    """A campaign and its counts."""
    return one, books.deliveries.tally(DeliveryKind.CAMPAIGN, one.id)


def as_json(one: Campaign, tally: Tally) -> dict[str, Any]:
    """A campaign as data."""
    return {
        "id": one.id,
        "observance": one.observance,
        "year": one.year,
        "title": one.title,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "state": one.state.value,
        "version": one.version,
        "due_at": one.due_at.isoformat(),
        "drafted_by": one.drafted_by,
        "approved_by": one.approved_by,
        "reason": one.reason,
        "text": one.text,
        "corrects": one.corrects.campaign if one.corrects else None,
        "deliveries": {
            "intended": tally.intended,
            **{state.value: getattr(tally, state.value) for state in DeliveryState},
        },
    }
