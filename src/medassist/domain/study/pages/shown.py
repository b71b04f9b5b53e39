"""What several pages of study show: a question, a readiness, the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medassist.domain.office import queries as office
from medassist.domain.study import queries
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing

if TYPE_CHECKING:
    from medassist.domain.office.models import Staff

TEACH = "house.teach"


def me(ctx: Context) -> Staff:
    """The person of the staff who looks."""
    if (person := office.staff_by_actor(ctx.actor.id)) is None:
        raise Missing("person of the staff")
    return person


def asked(one: Any, chosen: int | None = None, judged: bool = False) -> dict[str, Any]:
    """A question with its options; the key is in it only once it is judged."""
    options = [
        {
            "at": at,
            "number": at + 1,
            "text": text,
            "chosen": at == chosen,
            "right": judged and at == one.key,
            "wrong": judged and at == chosen and at != one.key,
        }
        for at, text in enumerate(one.options)
    ]
    found = {"id": one.id, "stem": one.stem, "options": options, "own": one.own, "topic": topic(one.topic)}
    if judged:
        found |= {"rationale": one.rationale, "source": one.source, "right": chosen == one.key, "read": one.read}
    return found


def topic(code: str) -> str:
    """What a topic is called."""
    return queries.topics().get(code, code)


def readiness(one: Any) -> dict[str, Any]:
    """A readiness in whole questions of a hundred, with where its bar begins and ends."""
    found = {"answers": one.answers, "missing": one.missing, "limits": one.limits, "known": one.share is not None}
    if one.share is not None:
        low, share, high = (round(100 * part) for part in (one.low, one.share, one.high))
        found |= {"share": share, "low": low, "high": high, "width": max(high - low, 1)}
    return found
