"""What two texts of a state's rules say differently of an act. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from medassist.domain.delegation.rules.book import State, acts
from medassist.domain.delegation.rules.takes import takes_of

RULES = {"allowed": "open", "conditional": "with conditions", "prohibited": "no", "absent": "not found"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One act of which two texts say different things, each in short words."""

    act: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        """The act in plain words."""
        return acts().name(self.act)


def differences(before: State, after: State) -> list[Difference]:
    """The acts of which two texts say different things, in the order of the acts; sources and dates apart."""
    known = [*acts().clinical, *acts().administrative]
    pairs = ((act, _said(before, act), _said(after, act)) for act in known)
    return [Difference(act, one, other) for act, one, other in pairs if one != other]


def _said(book: State, act: str) -> tuple[str, ...]:
    """What a text says of an act: the rule, what it takes, by credential too, and what it adds in words."""
    entry = book.entry(act)
    if entry.rule not in ("allowed", "conditional"):
        return (RULES[entry.rule],)
    rows = tuple(f"{row.credential}: {row.rule}, {'; '.join(takes_of(row))}" for row in entry.rows)
    return (RULES[entry.rule], *takes_of(entry.clause), *rows, *entry.clause.others)
