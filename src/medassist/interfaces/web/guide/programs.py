"""Programs as somebody described them: found by filters, by state on a map, and a page for each state."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Told
from medassist.interfaces.web.guide.words import DATA, count, words

PER_PAGE = 25
NOT_STATED = "not-stated"
DELIVERY = {"online": "online", "hybrid": "hybrid", "on-site": "traditional"}
"""How the file calls a way of teaching, and how the filter does."""
FILTERS = ("delivery", "cost", "length", "accreditor", "exam", "state", "unknown", "old", "page")
MOST = {"cost": 1_000_000, "length": 120}
SHADES = ((8, "n4"), (5, "n3"), (2, "n2"), (1, "n1"))
"""A state's shade on the map, by the least number of programs."""
COLUMNS = (
    "school", "program", "city", "state", "delivery", "award", "accreditor", "length_months", "hours_or_credits",
    "tuition_usd", "url", "source_url", "as_of", "evidence", "freshness", "notes",
)  # fmt: skip


def every() -> tuple[Any, ...]:
    """All programs of the data."""
    return credentials.programs()


def of_state(code: str) -> list[Any]:
    """The programs of one state, by US-XX."""
    return [one for one in every() if f"US-{one.state}" == code]


def leaves() -> Iterator[Leaf]:
    """The finder, and a page for each state."""
    yield Leaf("programs", "guide/programs.html", finder, asks=FILTERS)
    for code in rules.states():
        yield Leaf(f"programs/{code}", "guide/programs_state.html", partial(state, code))


@cache
def opens() -> Mapping[str, tuple[str, ...]]:
    """The credentials that each accreditor of programs opens, as accreditors.json names them."""
    rows = credentials.document("accreditors.json").raw["programmatic"]
    known = credentials.book().credentials
    return {
        one["code"]: tuple(code for code in known if any(text.startswith(code) for text in one.get("opens", ())))
        for one in rows
        if one.get("opens")
    }


def accreditor_of(program: Any) -> str:
    """The code of who accredits a program by its source; empty where the source says nothing."""
    return program.accreditor.partition(" ")[0]


def shown(program: Any, lang: str) -> dict[str, Any]:
    """A program with what the page says beside its own words."""
    t, known = words(lang), credentials.book().credentials
    code = accreditor_of(program)
    return {
        "one": program,
        "delivery": t["delivery"].get(DELIVERY.get(program.delivery, ""), ""),
        "fresh": t["fresh"].get(program.freshness, program.freshness),
        "old": program.freshness in ("old", "dated"),
        "evidence": t["evidence"].get(program.evidence, program.evidence),
        "opens": [known[name] for name in opens().get(code, ())],
        "year_only": "(" in program.accreditor,
    }


def state(code: str, lang: str, asked: Asked) -> Told:
    """One state's programs; apprenticeships stand apart, as they are no college awards."""
    t, name = words(lang)["programs"], rules.known(code).name
    rows = of_state(code)
    paid = [one for one in rows if "apprentice" in f"{one.program} {one.notes}".casefold()]
    return {
        "title": t["state_title"].format(state=name),
        "about": t["state_about"].format(count=count(lang, len(rows), "programs"), state=name),
        "code": code,
        "state": name,
        "groups": [
            (t["taught"], [shown(one, lang) for one in rows if one not in paid]),
            (t["paid"], [shown(one, lang) for one in paid]),
        ],
        "count": len(rows),
        "rows": [_plain(one) for one in rows],
        "table": (f"programs-{code}", tuple((key, key) for key in COLUMNS)),
    }


def _plain(program: Any) -> dict[str, str]:
    return {key: getattr(program, key) for key in COLUMNS}


def finder(lang: str, asked: Asked) -> Told:
    """The map, the states with their counts, and what the filters find."""
    t = words(lang)["programs"]
    faults, tests = _tests(asked, lang)
    wanted = any(asked.get(key) for key in FILTERS if key not in ("page", "unknown"))
    rows = list(every())
    found = [one for one in rows if all(test(one) for test in tests.values())] if wanted and not faults else []
    page, pages = _page(asked, len(found), faults, lang)
    counts = Counter(f"US-{one.state}" for one in rows)
    return {
        "title": t["title"],
        "about": t["about"].format(count=count(lang, len(rows), "programs")),
        "form": {key: asked.get(key, "") for key in FILTERS},
        "options": options(lang),
        "faults": faults,
        "status": 422 if faults else 200,
        "wanted": wanted and not faults,
        "found": [shown(one, lang) for one in found[(page - 1) * PER_PAGE : page * PER_PAGE]],
        "number": len(found),
        "left_out": _left_out(rows, tests, asked) if wanted and not faults else [],
        "page": page,
        "pages": pages,
        "again": [(key, value) for key, value in asked.items() if key != "page" and value],
        "map": _map(counts, lang),
        "states": [(code, rules.known(code).name, counts[code]) for code in _by_name()],
        "nowhere": [shown(one, lang) for one in rows if not one.state],
        "rows": [_plain(one) for one in (found if wanted else rows)],
        "table": ("programs", tuple((key, key) for key in COLUMNS)),
    }


def _by_name() -> list[str]:
    return sorted(rules.states(), key=lambda code: rules.known(code).name)


def options(lang: str) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers."""
    t = words(lang)
    any_, unstated = ("", t["programs"]["any"]), (NOT_STATED, t["programs"]["not_stated"])
    exams = sorted({code for codes in opens().values() for code in codes})
    known = credentials.book().credentials
    return {
        "delivery": [any_, *((name, t["delivery"][name]) for name in DELIVERY.values()), unstated],
        "accreditor": [any_, *((code, code) for code in opens()), unstated],
        "exam": [any_, *((code, f"{known[code].abbreviation}, {known[code].issuer}") for code in exams)],
        "state": [any_, *((code, rules.known(code).name) for code in _by_name())],
    }


Test = Callable[[Any], bool]


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


def _at_most(field: str, most: int, unknown: bool, program: Any) -> bool:
    """Whether a number is known and small enough; where the source has none, only if one asked for those too."""
    text = getattr(program, field)
    return int(text) <= most if text.isdecimal() else unknown


def _delivery(value: str, program: Any) -> bool:
    return not program.delivery if value == NOT_STATED else DELIVERY.get(program.delivery) == value


def _accreditor(value: str, program: Any) -> bool:
    return not program.accreditor if value == NOT_STATED else accreditor_of(program) == value


CHOICES: Mapping[str, Callable[[str, Any], bool]] = {
    "delivery": _delivery,
    "accreditor": _accreditor,
    "exam": lambda value, one: value in opens().get(accreditor_of(one), ()),
    "state": lambda value, one: f"US-{one.state}" == value,
}


def _left_out(rows: list[Any], tests: Mapping[str, Test], asked: Asked) -> list[tuple[str, int]]:
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


def _page(asked: Asked, number: int, faults: dict[str, str], lang: str) -> tuple[int, range]:
    pages = range(1, max(1, -(-number // PER_PAGE)) + 1)
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
