"""The states: a list of all, and a page for each with every act, its rule, what it takes, its sources and dates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from medassist.domain.delegation import queries, rules
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Told
from medassist.interfaces.web.guide.words import act, words

RULES = {"allowed": "good", "conditional": "info", "prohibited": "stop", "absent": "watch"}
SURE = {"high": "good", "medium": "info", "low": "watch"}
RESTS = {"law": "good", "board guidance": "info", "secondary only": "watch"}
LEVELS = {level: name for name, level in rules.LEVELS.items() if name in ("direct", "onsite", "general")}


def leaves() -> Iterator[Leaf]:
    """The list and the 51 pages."""
    yield Leaf("states", "guide/states.html", listed)
    for code in rules.states():
        yield Leaf(f"states/{code}", "guide/state.html", partial(state, code), asks=("show", "find"))


def listed(lang: str, asked: Asked) -> Told:
    """Every state with what it asks before one may work."""
    t = words(lang)
    rows = [
        {**row, "asked": t["certification"][row["certification"]], "sure": SURE[row["confidence"]],
         "sure_word": t["sure"][row["confidence"]]}
        for row in queries.states_table()
    ]  # fmt: skip
    head = t["states"]
    columns = ((head["state"], "name"), (head["code"], "code"), (head["asked"], "asked"), (head["sure"], "confidence"))
    return {"title": head["title"], "about": head["lead"], "rows": rows, "table": ("states", columns)}


def state(code: str, lang: str, asked: Asked) -> Told:
    """One state, or the acts of it that one looks for."""
    book, t = rules.known(code), words(lang)
    data, every = book.data, [_row(book, row, lang) for row in queries.acts_of(code)]
    show, find = asked.get("show", ""), asked.get("find", "").strip()
    wrong = show not in ("", *RULES)
    rows = [
        row for row in every
        if (wrong or not show or row["rule"] == show) and find.casefold() in f"{row['name']} {row['act']}".casefold()
    ]  # fmt: skip
    default, head = data["supervision_default"], t["state"]
    return {
        "title": head["title"].format(state=book.name),
        "about": head["about"].format(state=book.name, count=len(data["sources"])),
        "book": book,
        "data": data,
        "rows": rows,
        "count": len(every),
        "find": find,
        "wrong": wrong and head["wrong_filter"].format(value=show),
        "status": 422 if wrong else 200,
        "links": [{"show": key, "label": t["shown"][key or "all"], "on": key == show} for key in ("", *RULES)],
        "certification": t["certification"][data["certification"]["required_to_work"]],
        "credential": data["certification"]["state_credential"],
        "cert_sources": [(i + 1, data["sources"][i]) for i in data["certification"]["sources"]],
        "supervision": t["supervision"][default["level"]],
        "supervision_sources": [(i + 1, data["sources"][i]) for i in default["sources"]],
        "by": ", ".join(rules.in_order(frozenset(default["by"]))),
        "sure": SURE[data["confidence"]],
        "tally": tally(code, lang),
        "table": (code, _columns(t["state"])),
    }


def _columns(head: dict[str, str]) -> tuple[tuple[str, str], ...]:
    keys = ("name", "act", "word", "takes", "said", "source", "as_of", "confidence", "rests_on")
    return tuple((head[f"col_{key}"], key) for key in keys)


def tally(code: str, lang: str) -> list[dict[str, Any]]:
    """The clinical acts of a state by rule, each with the names of its acts."""
    book, t = rules.known(code), words(lang)
    groups: dict[str, list[str]] = {rule: [] for rule in RULES}
    for name in rules.acts().clinical:
        groups[book.entry(name).rule].append(act(lang, name))
    return [
        {"rule": rule, "state": RULES[rule], "word": t["shown"][rule], "acts": acts} for rule, acts in groups.items()
    ]


def _row(book: rules.State, row: dict[str, Any], lang: str) -> dict[str, Any]:
    t = words(lang)
    entry = next((one for one in book.data["acts"] if one["act"] == row["act"]), None)
    sources = [(i + 1, book.data["sources"][i]) for i in entry["sources"]] if entry else []
    parts = takes(row["clause"], lang) if row["rule"] not in ("prohibited", "absent") else []
    others = row["clause"].others
    return {
        **row,
        "name": act(lang, row["act"]),
        "state": RULES[row["rule"]],
        "word": t["shown"][row["rule"]],
        "parts": parts,
        "takes": "; ".join(parts),
        "others": others,
        "said": " ".join(others),
        "conflict": any(rules.CONFLICT.search(text) for text in others),
        "credentials": [_credential(clause, row["clause"], lang) for clause in row["rows"]],
        "sources": sources,
        "source": "; ".join(source["citation"] for _, source in sources),
        "sure": SURE[row["confidence"]],
        "confidence": t["sure"][row["confidence"]],
        "rests_state": RESTS.get(row["rests_on"], "none"),
        "rests_on": t["rests"][row["rests_on"]],
    }


def _credential(clause: rules.Clause, of: rules.Clause, lang: str) -> dict[str, Any]:
    """One credential's own row: its rule, and what it asks that the act itself does not."""
    t, usual = words(lang), takes(of, lang)
    return {
        "name": "" if clause.credential == "none" else clause.credential,
        "state": RULES[clause.rule],
        "word": t["shown"][clause.rule],
        "takes": [part for part in takes(clause, lang) if part not in usual] if clause.rule != "prohibited" else [],
        "others": [text for text in clause.others if text not in of.others],
    }


def takes(clause: rules.Clause, lang: str) -> list[str]:
    """What a clause asks, part by part, in the order in which it is asked."""
    t = words(lang)["takes"]
    supervision = words(lang)["supervision"][LEVELS.get(clause.supervision, "unknown")]
    names = clause.credential_need.text.partition(": ")[2].rstrip(".") if clause.credential_need else ""
    parts = [
        t["delegated"].format(by=", ".join(rules.in_order(clause.delegators))) if clause.delegators else "",
        t["supervision"].format(level=supervision),
        t.get(f"order_{clause.order}", ""),
        t["hours"].format(number=clause.hours) if clause.hours else "",
        t["demonstrations"].format(number=clause.demonstrations) if clause.demonstrations else "",
        t["competency"] if clause.competency else "",
        t["certificate"] if clause.certificate else t["credential"].format(names=names) if names else "",
    ]
    return [part for part in parts if part]
