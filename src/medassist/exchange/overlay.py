"""A domain's elements over a resource that came from elsewhere: nothing of it is lost, and what we changed shows."""

from __future__ import annotations

from typing import Any

FRAME = {"resourceType", "id", "meta"}
JOINED = {"identifier", "extension", "modifierExtension"}
"""lists in which both sides' entries stand"""


def overlay(received: dict[str, Any], ours: dict[str, Any], adopted: bool = False) -> dict[str, Any]:
    """`received` with our elements laid over it; one that we give as None is taken away.

    When a domain has just adopted it, it is given back as it came, with our identifiers first.
    """
    made = dict(received)
    for name, value in ours.items():
        if name in FRAME or adopted and name != "identifier":
            continue
        if value is None:
            made.pop(name, None)
        elif name in JOINED:
            made[name] = _joined(value, received.get(name, []), name)
        else:
            made[name] = value
    if not adopted and made != received:
        made.pop("text", None)  # the narrative told of what it was before
    made["id"] = ours.get("id", received.get("id"))
    return made


def _joined(ours: list, theirs: list, name: str) -> list:
    same = _identifier if name == "identifier" else _url
    mine = {same(one) for one in ours}
    return [*ours, *(one for one in theirs if same(one) not in mine)]


def _identifier(one: dict) -> tuple:
    return one.get("system"), one.get("value")


def _url(one: dict) -> Any:
    return one.get("url")
