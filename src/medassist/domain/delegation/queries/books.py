"""Which text of a state's rules holds here on a day: the adopted one, the package's, or the last sound one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.delegation.models import Check, StateFile
from medassist.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every text of one state's rules that this office has, and which of them holds when."""

    state: str
    adopted: tuple[tuple[date, rules.State], ...]
    """By the day from which each holds."""
    lying: rules.State | None
    """The package's own, when it is sound."""
    last: rules.State | None
    """The last sound one that the house kept."""

    def on(self, day: date) -> rules.State | None:
        """The text in force on a day; None when there is none that can be used."""
        adopted = [book for since, book in self.adopted if since <= day]
        return adopted[-1] if adopted else self.lying or self.last


def shelf(state: str) -> Shelf:
    """The texts of one state; one query."""
    rows = [(row, rules.read(state, row.text.encode())[0]) for row in texts(state)]
    sound = [(row, book) for row, book in rows if book]  # checked when it was taken; a newer engine may ask for more
    adopted = tuple((row.from_on, book) for row, book in sound if row.adopted_by_id)
    kept = [book for row, book in sound if not row.adopted_by_id]
    return Shelf(state, adopted, rules.state(state), kept[-1] if kept else None)


def texts(state: str, withdrawn: bool = False) -> list[StateFile]:
    """The adopted and kept texts of a state, by the day from which they hold."""
    rows = StateFile.objects.filter(state=state).select_related("adopted_by")
    return list(rows if withdrawn else rows.filter(withdrawn_at=None))


def state_file(file: UUID) -> StateFile:
    """One adopted or kept text."""
    if (found := StateFile.objects.filter(pk=file).first()) is None:
        raise Missing("text of a state's rules", file)
    return found


def book(state: str, on: date | None = None) -> rules.State:
    """The text in force on a day, today unless said; Missing when none can be used."""
    if (found := shelf(state).on(on or credentials.office_day())) is None:
        raise Missing("state's rules", state)
    return found


def book_of(state: str, hash: str) -> rules.State | None:
    """The text with this hash, when it is in force or will be."""
    held = shelf(state)
    known = [held.on(credentials.office_day()), *(book for _, book in held.adopted)]
    return next((one for one in known if one and one.hash == hash), None)


def broken(states: Sequence[str]) -> dict[str, list[str]]:
    """Of these states, those whose file in the package can't be used: what is wrong, with line and column."""
    return {code: [str(fault) for fault in rules.broken(code)] for code in states if rules.broken(code)}


def checks(state: str) -> list[Check]:
    """Who looked at a state's rules for the practice, the newest first."""
    return list(Check.objects.filter(state=state).select_related("recorded_by"))
