"""Programs as pages and lists describe them: what is shown of each, and the pages of each state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.html import format_html

from medassist.domain.credentials import queries as credentials
from medassist.domain.credentials import rules as directory
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Told
from medassist.interfaces.web.guide.words import count, words
from medassist.interfaces.web.templatetags.guide import mk

PER_PAGE = 25
ROW, ROOM = 1_500, 70_000
"""Characters that a row takes besides what is said in it, and that all rows of a page may take."""
NOWHERE = "NO-PLACE"
"""Stands for a state's code in the address of the programs without a place."""
DELIVERY = {"online": "online", "hybrid": "hybrid", "on-site": "traditional"}
"""How the file calls a way of teaching, and how the filter does."""
COLUMNS = (
    "school", "program", "city", "state", "delivery", "award", "accreditor", "length_months", "hours_or_credits",
    "tuition_usd", "url", "source_url", "as_of", "evidence", "freshness", "notes",
)  # fmt: skip
OF_LISTS = (
    "books_usd", "awards_counted", "accreditation", "accreditor_ended", "school_closed", "sources", "told_otherwise",
)  # fmt: skip
"""Columns that are there where a list tells something."""
Entry = credentials.Entry


def every() -> tuple[Entry, ...]:
    """All programs as they stand: those of the data, and what the lists that were taken tell."""
    return credentials.programs_now().entries


def of_state(code: str) -> tuple[Entry, ...]:
    """The programs of one state, by US-XX."""
    return credentials.programs_now().of_state(code)


def nowhere() -> tuple[Entry, ...]:
    """The programs of which nobody says where they are."""
    return tuple(one for one in every() if not one.state)


def online_anywhere() -> tuple[Entry, ...]:
    """The programs that are taught online and name no state."""
    return tuple(one for one in nowhere() if DELIVERY.get(one.delivery) == "online")


def nowhere_path() -> str:
    """The page of the programs without a place; empty where the finder holds them."""
    return path_of(NOWHERE) if len(sheets(nowhere())) > 1 else ""


def leaves() -> Iterator[Leaf]:
    """The pages of each state, and of what has no place where that is more than the finder holds."""
    for code in rules.states():
        yield from _pages(code, of_state(code))
    if nowhere_path():
        yield from _pages(NOWHERE, nowhere())


def _pages(code: str, rows: Sequence[Entry]) -> Iterator[Leaf]:
    for at in range(max(1, len(sheets(in_order(rows))))):
        yield Leaf(path_of(code, at), "guide/programs_state.html", partial(state, code, at))


def path_of(code: str, at: int = 0) -> str:
    """The path of one page of a state's programs; most states have one."""
    return f"programs/{code}/{at + 1}" if at else f"programs/{code}"


def in_order(rows: Sequence[Entry]) -> list[Entry]:
    """What is taught first, then apprenticeships; of each, what a school that closed had comes last."""
    return sorted(rows, key=lambda one: (paid(one), bool(one.closed)))


def paid(one: Entry) -> bool:
    """Whether a program is an apprenticeship, or its notes mention one."""
    return "apprentice" in f"{one.program} {one.notes}".casefold()


def sheets(rows: Sequence[Entry]) -> list[list[Entry]]:
    """Programs in pages: so many each that a page stays small, however much is said of them."""
    found: list[list[Entry]] = []
    room = 0
    for one in rows:
        takes = ROW + one.size
        if not found or len(found[-1]) == PER_PAGE or room < takes:
            found.append([])
            room = ROOM
        found[-1].append(one)
        room -= takes
    return found


def shown(program: Entry, lang: str) -> dict[str, Any]:
    """A program with what the page says beside its own words."""
    t, known = words(lang), credentials.book().credentials
    found = {
        "one": program,
        "delivery": t["delivery"].get(DELIVERY.get(program.delivery, ""), ""),
        "fresh": t["fresh"].get(program.freshness, program.freshness),
        "old": program.freshness in ("old", "dated"),
        "evidence": t["evidence"].get(program.evidence, program.evidence),
        "opens": [known[name] for name in program.opens],
        "year_only": "(" in program.accreditor,
    }
    return found | _told(program, lang) if program.told else found


def _told(program: Entry, lang: str) -> dict[str, Any]:
    """Where each field was read, and what other sources tell otherwise."""
    mark = format_html(' <span class="mark is-watch">{}</span>', mk("watch", words(lang)["programs"]["otherwise"]))
    clash = defaultdict[str, str](str, dict.fromkeys(program.otherwise, mark))
    return {
        "clash": clash,
        "sources": [
            (*_where_and_when(one), _called(names, lang))
            for one, names in directory.sources(program)
        ],
        "otherwise": [
            (_called((name,), lang), one.value, *_where_and_when(one))
            for name, some in program.otherwise.items() for one in some
        ],
    }  # fmt: skip


def _where_and_when(one: directory.Told) -> tuple[str, str, str]:
    """The list's name, or "" of a page; the address; the day."""
    return directory.layout_name(one.layout), one.url, one.day


def _called(names: Sequence[str], lang: str) -> str:
    """What fields are called, each once."""
    known = words(lang)["programs"]["told"]
    return ", ".join(dict.fromkeys(known[name.partition("_")[0] if name[-1].isdecimal() else name] for name in names))


def state(code: str, at: int, lang: str, asked: Asked) -> Told:
    """One page of a state's programs; apprenticeships stand apart, as they are no college awards."""
    t = words(lang)["programs"]
    placed = code != NOWHERE
    name = rules.known(code).name if placed else t["nowhere"]
    rows = in_order(of_state(code) if placed else nowhere())
    parts = sheets(rows)
    here = parts[at] if parts else []
    title = t["state_title"].format(state=name) if placed else t["nowhere_title"]
    about = t[listed("state_about")].format(count=count(lang, len(rows), "programs"), state=name)
    return {
        "title": title if not at else t["part_title"].format(title=title, page=at + 1, last=len(parts)),
        "about": about,
        "code": code if placed else "",
        "state": name,
        "groups": [
            (t["taught"], [shown(one, lang) for one in here if not paid(one)]),
            (t["paid"], [shown(one, lang) for one in here if paid(one)]),
        ],
        "count": len(rows),
        "anywhere": len(online_anywhere()) if placed else 0,
        "nowhere_path": nowhere_path(),
        "parts": [(part + 1, path_of(code, part), part == at) for part in range(len(parts))],
        "lists": lists(),
        "rows": map(plain, rows),
        "table": (f"programs-{code}", columns()),
    }


def lists() -> list[tuple[str, str]]:
    """The lists that were taken, by name and day; a list of pages that somebody read has no name."""
    return [(directory.layout_name(layout), day.isoformat()) for layout, day in credentials.programs_now().lists]


def listed(key: str) -> str:
    """The name of a frame text: another one where lists tell more than pages do."""
    return f"{key}_lists" if credentials.programs_now().stamp else key


def columns() -> tuple[tuple[str, str], ...]:
    """The columns of a table of programs."""
    return tuple((key, key) for key in (*COLUMNS, *(OF_LISTS if credentials.programs_now().stamp else ())))


def plain(program: Entry) -> Mapping[str, str]:
    """A program as a row of a table, with the address and day of each field that a list tells of."""
    found = {key: getattr(program, key) for key in COLUMNS}
    if not credentials.programs_now().stamp:
        return found
    sources = (f"{', '.join(names)}: {_where(one)}" for one, names in directory.sources(program))
    others = (f"{name}: {one.value} ({_where(one)})" for name, some in program.otherwise.items() for one in some)
    return found | {
        "books_usd": program.books_usd,
        "awards_counted": "; ".join(" ".join(award) for award in program.awarded),
        "accreditation": program.accreditation,
        "accreditor_ended": program.ended,
        "school_closed": program.closed,
        "sources": "; ".join(sources),
        "told_otherwise": "; ".join(others),
    }


def _where(one: directory.Told) -> str:
    return f"{one.url} {one.day or 'no date'}"
