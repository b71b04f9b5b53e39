"""Ways as the planner shows them: each with its numbers of sources, in groups, and some side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.office import queries as offices
from medassist.interfaces.web.guide.leaf import Told
from medassist.interfaces.web.guide.phrases import day
from medassist.interfaces.web.guide.words import act, words

SURE = {"official": "good", "federal": "good", "state agency": "good", "copy of issuer document": "info",
        "official-historic": "info"}  # fmt: skip
MOST = 4
"""More ways than this beside each other are no longer read across."""
COLUMNS = (
    ("Certification", "credential"), ("Way", "route_name"), ("Open", "open"), ("Earliest", "earliest"),
    ("Reason", "reason"), ("Closes", "closes_on"), ("Cost known, USD", "total"), ("Not known", "unknown"),
    ("Resting on", "confidence"), ("Sources", "urls"),
)  # fmt: skip
Row = dict[str, Any]


class Sources:
    """The sources of one answer, numbered in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[int, Any]] = {}

    def number(self, source: Any) -> int:
        """The number of a source."""
        return self.known.setdefault(source.id, (len(self.known) + 1, source))[0]

    def rows(self) -> list[tuple[int, Any]]:
        """Number and source, in order."""
        return list(self.known.values())


def columns(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The columns of the table as CSV; with the program where one was chosen."""
    return (*COLUMNS, ("Program", "program")) if any(one["way"].program for one in told["rows"]) else COLUMNS


def row(way: Any, person: Any, office: str, sources: Sources, lang: str) -> Row:
    """One way as the page and the table show it."""
    numbers = [sources.number(source) for source in way.sources]
    mark, word = _open(way, lang)
    base = f"{way.credential}.{way.route}"
    return {
        "program": "",
        **credentials.plain(way),
        "base": base,
        # an address is long enough with the programs' keys in it: a way has the place of its own
        "id": f"{base}@{person.programs.index(way.program.key)}" if way.program else base,
        "way": way,
        "with": credentials.program_name(way.program) if way.program else "",
        "mark": mark,
        "word": word,
        "sure": SURE.get(way.confidence, "watch"),
        "numbers": numbers,
        "steps": [(step, [sources.number(one) for one in step.sources]) for step in way.steps],
        "parts": [(part, sources.number(part.source) if part.source else None) for part in way.cost.parts],
        "total": way.cost.total,
        "unknown": "; ".join(way.cost.unknown),
        "closes_on": way.closes.on if way.closes else None,
        "urls": " ".join(source.url for source in way.sources),
        "allows": _allows(person.state, way.credential, lang),
        "here": _here(person.state, way.credential, office, lang) if office else [],
        "program_first": credentials.begins_with_program(way),
    }


def _open(way: Any, lang: str) -> tuple[str, str]:
    t = words(lang)["ways"]["open"]
    if way.open == "today":
        return "good", t["today"]
    if way.open == "closed":
        return "stop", t["closed"]
    if way.earliest:
        return "info", t["from"].format(day=day(lang, way.earliest))
    return "none", t["later"]


def _allows(state: str, code: str, lang: str) -> dict[str, Any]:
    """What the certification does in the state, in names of acts and in counts."""
    found = rules.opened(state, code)
    return {
        "opens": [act(lang, one) for one in found.opens],
        "part": [act(lang, one) for one in found.part],
        "without": len(found.without),
        "other": len(found.other),
        "prohibited": len(found.prohibited),
        "not_found": len(found.not_found),
    }


def _here(state: str, code: str, office: str, lang: str) -> list[tuple[str, str, list[str]]]:
    """What the certification does in the state for the acts that a kind of office asks for: mark, words, acts."""
    t, found, asks = words(lang)["ways"]["beside"], rules.opened(state, code), offices.acts_of_profile(office)
    groups = (
        ("good", t["meets"], found.opens), ("info", t["part"], found.part), ("good", t["here_without"], found.without),
        ("watch", t["here_other"], found.other), ("stop", t["here_prohibited"], found.prohibited),
        ("none", t["here_not_found"], found.not_found),
    )  # fmt: skip
    told = ((mark, said, [act(lang, one) for one in acts if one in asks]) for mark, said, acts in groups)
    return [one for one in told if one[2]]


def answer(wanted: Sequence[str], person: Any, every: Sequence[Row], lang: str) -> Told:
    """What stands on the page besides the form: the state, the ways in groups, those beside each other."""
    file, t = rules.known(person.state), words(lang)
    open_ways = [one for one in every if one["open"] != "closed"]
    asked = [one for one in open_ways if one["id"] in wanted or one["base"] in wanted]
    beside = (asked or _picked(_pressing(open_ways, file)))[:MOST]
    return {
        "file": file,
        "certification": t["certification"][file.data["certification"]["required_to_work"]],
        "groups": [(name, _by_way(one for one in every if one["open"] == key)) for key, name in _groups(lang)],
        "beside": beside,
        "chosen": {one["id"] for one in beside},
        "best": _best(beside),
        "closing": min((one["way"].closes.on for one in open_ways if one["way"].closes), default=None),
        "today": len(_by_way(one for one in every if one["open"] == "today")),
        "number": len(_by_way(open_ways)),
        "begun": any(one["with"] for one in every),
    }


def _pressing(rows: Sequence[Row], file: rules.State) -> list[Row]:
    """The ways, first what nobody should overlook: a credential of the state's own that work there takes, the next
    door to close."""
    needed, known = file.data["certification"]["required_to_work"] == "yes", credentials.book().credentials
    own = [one for one in rows if needed and known[one["credential"]].states][:1]
    closing = sorted((one for one in rows if one["way"].closes), key=lambda one: one["way"].closes.on)[:1]
    first = {one["id"]: one for one in (*own, *closing)}
    return [*first.values(), *(one for one in rows if one["id"] not in first)]


def _groups(lang: str) -> Iterable[tuple[str, str]]:
    return words(lang)["ways"]["groups"].items()


def _by_way(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of one way, with its programs, together at the place of the nearest."""
    found: dict[str, list[Row]] = {}
    for one in rows:
        found.setdefault(one["base"], []).append(one)
    return list(found.values())


def _picked(rows: Sequence[Row]) -> list[Row]:
    """What stands beside each other since nobody said: the nearest way with each program, else one a certification."""
    begun = [one for one in rows if one["with"]]
    if len({one["program"] for one in begun}) > 1:
        return [one for one in begun if one["base"] == begun[0]["base"]]
    return _one_each(begun or rows)


def _one_each(rows: Iterable[Row]) -> list[Row]:
    """The nearest way to each of the first certifications."""
    first: dict[str, Row] = {}
    for one in rows:
        first.setdefault(one["credential"], one)
    return list(first.values())[: MOST - 1]


def _best(beside: Sequence[Row]) -> dict[str, set[str]]:
    """Of one way with several programs: the soonest known day, the lowest known tuition."""
    if len({one["base"] for one in beside}) != 1 or len({one["program"] for one in beside}) < 2:
        return {"soonest": set(), "cheapest": set()}
    days = {one["id"]: one["way"].earliest for one in beside if one["way"].earliest}
    prices = {one["id"]: one["total"] for one in beside if one["way"].program.tuition_usd}
    return {"soonest": _least(days), "cheapest": _least(prices)}


def _least(found: Mapping[str, Any]) -> set[str]:
    """The ids with the least value, where there are at least two to be compared and they differ."""
    values = set(found.values())
    return {name for name, one in found.items() if one == min(values)} if len(values) > 1 else set()
