"""Finding programs: by filters, by state on a map."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide import programs
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Told
from medassist.interfaces.web.guide.programs import DELIVERY, Entry
from medassist.interfaces.web.guide.words import DATA, count, words

NOT_STATED = "not-stated"
FILTERS = ("delivery", "cost", "length", "accreditor", "exam", "state", "unknown", "old", "page")
ANYWHERE = 5
"""Online programs without a state that stand below those of a state; the list of those without a place has all."""
MOST = {"cost": 1_000_000, "length": 120}
SHADES = ((8, "n4"), (5, "n3"), (2, "n2"), (1, "n1"))
"""A state's shade on the map, by the least number of programs."""


def leaves() -> Iterator[Leaf]:
    """The finder."""
    yield Leaf("programs", "guide/programs.html", finder, asks=FILTERS)


def finder(lang: str, asked: Asked) -> Told:
    """The map, the states with their counts, and what the filters find."""
    t = words(lang)["programs"]
    faults, tests = _tests(asked, lang)
    asked_for = any(asked.get(key) for key in FILTERS if key not in ("page", "unknown"))
    rows = programs.every()
    found = [one for one in rows if all(test(one) for test in tests.values())] if asked_for and not faults else []
    parts = programs.sheets(found)
    page, pages = page_of(asked, len(parts), faults, lang)
    wanted = asked_for and not faults
    return {
        "title": t["title"],
        "about": t[programs.listed("about")].format(count=count(lang, len(rows), "programs")),
        "lists": programs.lists(),
        "form": {key: asked.get(key, "") for key in FILTERS},
        "options": options(lang),
        "faults": faults,
        "status": 422 if faults else 200,
        "wanted": wanted,
        "found": [programs.shown(one, lang) for one in parts[page - 1]] if parts else [],
        "number": len(found),
        "anywhere": _anywhere(tests, asked, lang) if wanted and asked.get("state") and page == pages[-1] else None,
        "left_out": _left_out(rows, tests, asked) if wanted else [],
        "page": page,
        "pages": pages,
        "again": [(key, value) for key, value in asked.items() if key != "page" and value],
        **({} if wanted else _everywhere(rows, lang)),
        "rows": map(programs.plain, found if asked_for else rows),
        "table": ("programs", programs.columns()),
    }


def _everywhere(rows: Sequence[Entry], lang: str) -> dict[str, Any]:
    """The map, the states with their counts, and what has no place."""
    counts = Counter(f"US-{one.state}" for one in rows)
    return {
        "map": _map(counts, lang),
        "states": [(code, rules.known(code).name, counts[code]) for code in _by_name()],
        "nowhere": _nowhere(programs.nowhere(), lang),
    }


def _nowhere(rows: Sequence[Entry], lang: str) -> dict[str, Any]:
    """Programs without a place; where they are too many, the way to them."""
    parts = programs.sheets(rows)
    few = [programs.shown(one, lang) for one in rows] if len(parts) < 2 else []
    return {"number": len(rows), "rows": few, "path": programs.nowhere_path()}


def _anywhere(tests: Mapping[str, Test], asked: Asked, lang: str) -> dict[str, Any]:
    """Online programs that name no state: who asks for a state may be taken by one of them."""
    others = [test for key, test in tests.items() if key != "state"]
    rows = [one for one in programs.online_anywhere() if all(test(one) for test in others)]
    return {
        "number": len(rows),
        "rows": [programs.shown(one, lang) for one in rows[:ANYWHERE]],
        "state": rules.known(asked["state"]).name,
        "more": len(rows) > ANYWHERE,
        "path": programs.nowhere_path(),
    }


def _by_name() -> list[str]:
    return sorted(rules.states(), key=lambda code: rules.known(code).name)


def options(lang: str) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers."""
    t = words(lang)
    any_, unstated = ("", t["programs"]["any"]), (NOT_STATED, t["programs"]["not_stated"])
    exams = sorted({code for codes in credentials.opened().values() for code in codes})
    known = credentials.book().credentials
    return {
        "delivery": [any_, *((name, t["delivery"][name]) for name in DELIVERY.values()), unstated],
        "accreditor": [any_, *((code, code) for code in credentials.opened()), unstated],
        "exam": [any_, *((code, f"{known[code].abbreviation}, {known[code].issuer}") for code in exams)],
        "state": [any_, *((code, rules.known(code).name) for code in _by_name())],
    }


Test = Callable[[Entry], bool]


def _tests(asked: Asked, lang: str) -> tuple[dict[str, str], dict[str, Test]]:
    """What is wrong with the filters, and a test for each one that is set."""
    t = words(lang)["programs"]
    offered = options(lang)
    faults = {
        key: t["wrong_choice"].format(value=asked[key])
        for key in offered
        if asked.get(key) and asked[key] not in dict(offered[key])
    }
    tests: dict[str, Test] = {}
    for key, field in (("cost", "tuition_usd"), ("length", "length_months")):
        if text := asked.get(key, "").strip():
            if not text.isascii() or not text.isdecimal() or int(text[:9]) > MOST[key]:
                faults[key] = t["wrong_number"].format(value=text, most=f"{MOST[key]:,}")
            else:
                tests[key] = partial(_at_most, field, int(text), bool(asked.get("unknown")))
    wanted = {key: asked[key] for key in offered if asked.get(key) and key not in faults}
    tests |= {key: partial(CHOICES[key], value) for key, value in wanted.items()}
    if not asked.get("old"):
        tests["old"] = lambda one: one.freshness != "old"
    return faults, tests


def _at_most(field: str, most: int, unknown: bool, program: Entry) -> bool:
    """Whether a number is known and small enough; where the source has none, only if one asked for those too."""
    text = getattr(program, field)
    return int(text) <= most if text.isdecimal() else unknown


def _delivery(value: str, program: Entry) -> bool:
    return not program.delivery if value == NOT_STATED else DELIVERY.get(program.delivery) == value


def _accreditor(value: str, program: Entry) -> bool:
    return not program.accreditor if value == NOT_STATED else value in program.accreditors


CHOICES: Mapping[str, Callable[[str, Entry], bool]] = {
    "delivery": _delivery,
    "accreditor": _accreditor,
    "exam": lambda value, one: value in one.opens,
    "state": lambda value, one: f"US-{one.state}" == value,
}


def _left_out(rows: Sequence[Entry], tests: Mapping[str, Test], asked: Asked) -> list[tuple[str, int]]:
    """What else would be found: programs whose number the source does not give, and those of old pages."""
    fields = {"cost": "tuition_usd", "length": "length_months"}
    silent = [
        one for one in rows
        if not asked.get("unknown")
        and any(key in tests and not getattr(one, field) for key, field in fields.items())
        and all(test(one) or (key in fields and not getattr(one, fields[key])) for key, test in tests.items())
    ]  # fmt: skip
    old = [
        one for one in rows
        if "old" in tests and one.freshness == "old" and all(test(one) for key, test in tests.items() if key != "old")
    ]  # fmt: skip
    return [(key, len(some)) for key, some in (("unknown", silent), ("old", old)) if some]


def page_of(asked: Asked, number: int, faults: dict[str, str], lang: str) -> tuple[int, range]:
    """Which of so many pages is asked, and all of them; one that is not there is a fault."""
    pages = range(1, max(1, number) + 1)
    text = asked.get("page", "") or "1"
    if not text.isascii() or not text.isdecimal() or int(text[:9]) not in pages:
        faults["page"] = words(lang)["programs"]["wrong_page"].format(value=text, last=pages[-1])
        return 1, pages
    return int(text), pages


@cache
def outlines() -> dict[str, Any]:
    """The lines of the map and where they come from."""
    return json.loads((DATA / "outlines.json").read_bytes())


def _map(counts: Counter[str], lang: str) -> dict[str, Any]:
    """The outlines, each shaded by its number of programs."""
    book = outlines()
    drawn = [
        {
            "code": code,
            "d": line,
            "shade": next((shade for least, shade in SHADES if counts[code] >= least), "n0"),
            "told": f"{rules.known(code).name}: {count(lang, counts[code], 'programs')}",
        }
        for code, line in book["states"].items()
    ]
    return {**book, "drawn": drawn}
