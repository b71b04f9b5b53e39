"""What can be read of the programs that all lists together tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from medassist.domain.credentials import rules
from medassist.domain.credentials.queries.taken import told

LAYOUTS = rules.LAYOUTS
read_list = rules.read_list


def programs_standing() -> dict[tuple[str, str], rules.Told]:
    """The newest word on each field, by key and field: of the shipped file and of all lists that were taken."""
    return rules.standing(rules.programs(), told())


def list_differences(layout: str, told: Iterable[rules.Told], as_of: date) -> rules.Differences:
    """What a list would change in what stands."""
    return rules.differences(layout, told, programs_standing(), as_of)


def directory(state: str = "") -> list[rules.Listed]:
    """Every listed program, each field with its own source; those of one state (TX) when named."""
    return [one for one in rules.listed(programs_standing()) if not state or one.value("state") == state]
