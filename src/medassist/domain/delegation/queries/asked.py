"""What lower domains ask by a setting: acts in words, and the numbers of training that a state's file asks for."""

from __future__ import annotations

from typing import Any

from medassist.domain.delegation import rules


def asked(state: str) -> list[dict[str, Any]]:
    """Each act for which a state asks hours or demonstrations: act, name, hours, demonstrations, citation, url, as_of.

    Credentials show it beside what is on record; a setting names this function, as they stand below.
    """
    book = rules.state(state)
    entries = [book.entry(act) for act in rules.acts().clinical] if book else []
    return [_row(book, one) for one in entries if one.clause.hours or one.clause.demonstrations]


def act_name(act: str) -> str:
    """An act in words; one that no list has, as it is written."""
    return rules.acts().name(act)


def _row(book: Any, one: Any) -> dict[str, Any]:
    cited = next((reason for reason in one.reasons if reason.citation), None)
    return {
        "state": book.name, "act": one.act, "name": rules.acts().name(one.act), "hours": one.clause.hours,
        "demonstrations": one.clause.demonstrations, "citation": cited.citation if cited else "",
        "url": cited.url if cited else "", "as_of": one.as_of, "rests_on": one.rests_on,
    }  # fmt: skip
