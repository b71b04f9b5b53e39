"""The four errors that any action or query may raise; each interface has one table that translates them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medassist.kernel.ruling import Ruling
    from medassist.kernel.trail import Entry


class HouseError(Exception):
    """What all four have in common."""


class Invalid(HouseError):
    """What was asked cannot be so (faults), or is so unlikely that somebody must confirm it (doubts)."""

    def __init__(
        self, faults: Mapping[str, Sequence[str]] | None = None, doubts: Mapping[str, Sequence[str]] | None = None
    ):
        self.faults = {field: list(why) for field, why in (faults or {}).items()}
        self.doubts = {field: list(why) for field, why in (doubts or {}).items()}
        super().__init__(
            "; ".join(why for field in (self.faults, self.doubts) for whys in field.values() for why in whys)
        )


def ask(doubts: Mapping[str, Sequence[str]], confirmed: Container[str]) -> None:
    """Raise all that is doubtful while nobody has confirmed some of it: what was confirmed stays before the eyes."""
    asked = {field: why for field, why in doubts.items() if why}
    if any(field not in confirmed for field in asked):
        raise Invalid(doubts=asked)


class Missing(HouseError):
    """There is no such thing, or not for the one who asks."""

    def __init__(self, what: str, which: object = ""):
        self.what, self.which = what, str(which)
        super().__init__(f"No {what} {which}".strip())


class Refused(HouseError):
    """The authority said no; the ruling says why and what would make it a yes."""

    def __init__(self, ruling: Ruling, entry: Entry | None = None):
        self.ruling, self.entry = ruling, entry
        super().__init__("; ".join(r.text for r in ruling.reasons) or f"Refused by {ruling.rule}")


class Conflict(HouseError):
    """It was possible a moment ago, or by itself, but not beside what is there now."""

    def __init__(self, why: str):
        self.why = why
        super().__init__(why)
