"""Numbers of training and of witnessed demonstrations that a state's file asks for, act by act."""

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


def _row(book: Any, one: Any) -> dict[str, Any]:
    cited = next((reason for reason in one.reasons if reason.citation), None)
    return {
        "state": book.name, "act": one.act, "name": rules.acts().name(one.act), "hours": one.clause.hours,
        "demonstrations": one.clause.demonstrations, "citation": cited.citation if cited else "",
        "url": cited.url if cited else "", "as_of": one.as_of, "rests_on": one.rests_on,
    }  # fmt: skip
