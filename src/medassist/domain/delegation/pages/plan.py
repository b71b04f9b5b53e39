"""For everyone, without sign-in: the ways to certification that are open to one, side by side. Nobody is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, page, table_csv

CERTIFICATION = {"yes": "required", "no": "not required", "conditional": "for some acts", "unknown": "not known"}
SURE = {"official": "good", "federal": "good", "state agency": "good", "copy of issuer document": "info",
        "official-historic": "info"}  # fmt: skip
ASKED = (
    "state", "education", "graduated", "finishes", "accreditor", "experience_months", "worked_until", "hours_week",
    "budget",
)  # fmt: skip
PROGRAMS = 12
"""Programs shown; the guide has all."""
FIELDS = (
    ("tuition_usd", "Tuition"), ("length_months", "Length"), ("delivery", "Teaching"), ("accreditor", "Accredited by"),
)  # fmt: skip
MOST = 4
"""More ways than this beside each other are no longer read across."""
COLUMNS = (
    ("Certification", "credential"), ("Way", "route_name"), ("Open", "open"), ("Earliest", "earliest"),
    ("Reason", "reason"), ("Closes", "closes_on"), ("Cost known, USD", "total"), ("Not known", "unknown"),
    ("Resting on", "confidence"), ("Sources", "urls"),
)  # fmt: skip


@page(public=True)
def ways(request: HttpRequest, ctx: Any) -> HttpResponse:
    """The form, and below it every way for what was said in it; the address holds the whole question."""
    asked = bool(request.GET.get("state"))
    # an address that says nothing of schooling is answered without any; an empty form begins where most do
    usual = {"education": "none" if asked else "high-school"}
    form = Form(initial=usual | {name: request.GET[name] for name in request.GET})
    told = {"form": form, **_choices(), "asked": asked}
    if not told["asked"]:
        return fragment(request, "delegation/plan.html", told)
    on = credentials.office_day()
    person, form.faults = credentials.read(_given(request), credentials.book(), on)
    if form.faults:
        return fragment(request, "delegation/plan.html", told, form.status)
    said = credentials.texts(person)
    form.initial.update(_first(said))
    found = credentials.survey(person, on)
    numbers: dict[str, int] = {}
    rows = [_row(way, person.state, numbers) for way in (*found.ways, *found.closed)]
    if csv := table_csv(request, "ways", COLUMNS, rows):
        return csv
    told |= _answer(request, person, rows, said) | {"found": found, "on": on, "rest": _rest(said)}
    known = _sources(found, numbers)
    told |= _programs(found, person, numbers, known)
    told["sources"] = sorted((number, source) for source, number in known.items())
    return fragment(request, "delegation/plan.html", told)


def _choices() -> dict[str, Any]:
    book = credentials.book()
    states = [(code, rules.known(code).name) for code in rules.states()]
    names = [(one.code, f"{one.abbreviation}, {one.issuer}") for one in book.credentials.values()]
    return {
        "states": [("", "Choose"), *sorted(states, key=lambda one: one[1])],
        "schooling": list(credentials.EDUCATION.items()),
        "accreditors": [("", "Not known"), *((name, name) for name in (*book.programmatic, *book.institutional))],
        "certifications": [("", "None"), *names],
    }


def _given(request: HttpRequest) -> dict[str, Any]:
    """What was asked; a failed try and a lapse may come as three fields of the form or as one text of an address."""
    get = request.GET
    failed, lapsed = get.getlist("failed"), get.getlist("lapsed")
    if code := get.get("failed_at"):
        last = f"@{get['failed_last']}" if get.get("failed_last") else ""
        failed.append(f"{code}={get.get('failed_count', '')}{last}")
    if code := get.get("lapsed_at"):
        lapsed.append(f"{code}={get.get('lapsed_on', '')}")
    return {**{name: get.get(name, "") for name in ASKED}, "failed": failed, "lapsed": lapsed}


def _first(said: dict[str, Any]) -> dict[str, str]:
    """The first failed try and the first lapse as the form's fields; further ones stay in the address as they are."""
    code, _, rest = said.get("failed", "").partition(",")[0].partition("=")
    count, _, last = rest.partition("@")
    lapsed, _, ended = said.get("lapsed", "").partition(",")[0].partition("=")
    return {"failed_at": code, "failed_count": count, "failed_last": last, "lapsed_at": lapsed, "lapsed_on": ended}


def _rest(said: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = [(name, said.get(name, "").partition(",")[2]) for name in ("failed", "lapsed")]
    return [(name, value) for name, value in pairs if value]


def _answer(request: HttpRequest, person: Any, rows: Sequence[dict[str, Any]], said: dict[str, Any]) -> dict[str, Any]:
    """What stands on the page besides the form: the state, the ways in groups, those beside each other."""
    file = rules.known(person.state)
    open_ways = [row for row in rows if row["open"] != "closed"]
    groups = [("Open today", "today"), ("Open later", "later"), ("Closed", "closed")]
    chosen = request.GET.getlist("compare")[:MOST]
    beside = [row for row in open_ways if row["id"] in chosen] or _one_each(open_ways)
    closing = min((row["way"].closes.on for row in open_ways if row["way"].closes), default=None)
    return {
        "file": file,
        "certification": CERTIFICATION[file.data["certification"]["required_to_work"]],
        "said": said,
        "address": urlencode(said),
        "groups": [(name, [row for row in rows if row["open"] == key]) for name, key in groups],
        "beside": beside,
        "chosen": {row["id"] for row in beside},
        "closing": closing,
        "today": sum(1 for row in rows if row["open"] == "today"),
        "words": _words(person, file.name),
    }


def _words(person: Any, state: str) -> list[str]:
    """What was said, so that a printed sheet says for whom it holds."""
    day, months = (lambda on: date_format(on, "M j, Y")), person.experience_months
    worked = f"worked {months} month{'s' * (months != 1)}" if months else ""
    told = [
        state,
        credentials.EDUCATION[person.education],
        f"finished {day(person.graduated)}" if person.graduated else "",
        f"will finish {day(person.finishes)}" if person.finishes else "",
        f"accredited by {person.accreditor}" if person.accreditor else "",
        f"{worked}, until {day(person.worked_until)}" if person.worked_until else worked,
        *(f"failed {code}: {tries.count}" for code, tries in person.failed.items()),
        *(f"{code} lapsed {day(on)}" for code, on in person.lapsed.items()),
        f"{person.hours_week} hours a week" if person.hours_week else "",
        f"budget {person.budget} USD" if person.budget is not None else "",
    ]
    return [text for text in told if text]


def _one_each(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nearest way to each of the first certifications, since no choice was made."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["credential"], row)
    return list(first.values())[: MOST - 1]


def _row(way: Any, state: str, numbers: dict[str, int]) -> dict[str, Any]:
    """One way as the page and the table show it; sources are numbered as they come."""
    for source in way.sources:
        numbers.setdefault(source.id, len(numbers) + 1)
    mark, word = _open(way)
    return {
        **credentials.plain(way),
        "id": f"{way.credential}.{way.route}",
        "way": way,
        "mark": mark,
        "word": word,
        "sure": SURE.get(way.confidence, "watch"),
        "numbers": [numbers[source.id] for source in way.sources],
        "steps": [(step, [numbers[one.id] for one in step.sources]) for step in way.steps],
        "parts": [(part, numbers.get(part.source.id) if part.source else None) for part in way.cost.parts],
        "total": way.cost.total,
        "unknown": "; ".join(way.cost.unknown),
        "closes_on": way.closes.on if way.closes else None,
        "urls": " ".join(source.url for source in way.sources),
        "allows": _allows(state, way.credential),
        "program_first": credentials.begins_with_program(way),
    }


def _programs(found: Any, person: Any, numbers: dict[str, int], known: dict[Any, int]) -> dict[str, Any]:
    """What the lists that this office took in tell of programs in the state; nothing where it took none."""
    rows = credentials.offers(found, credentials.programs_now(), person.state)

    def number(one: Any) -> int:
        source = credentials.source_of(one)
        return known.setdefault(source, numbers.setdefault(source.id, len(numbers) + 1))

    shown = [_program(entry, person.budget, number) for entry in rows[:PROGRAMS]]
    return {"programs": shown, "programs_more": len(rows) - len(shown), "programs_all": len(rows), "heads": FIELDS}


def _program(entry: Any, budget: int | None, number: Callable[[Any], int]) -> dict[str, Any]:
    """One program, each field with the numbers of its source and of those that tell it otherwise."""
    named = ("program", "school", "city", "state", *(name for name in entry.told if name.startswith("awarded")))
    return {
        "one": entry,
        "named": sorted({number(entry.told[name]) for name in named if name in entry.told}),
        "fields": [
            (
                getattr(entry, name),
                number(entry.told[name]) if name in entry.told else None,
                [(one.value, number(one)) for one in entry.otherwise.get(name, ())],
            )
            for name, _ in FIELDS
        ],
        "over": bool(budget is not None and entry.tuition_usd and int(entry.tuition_usd) > budget),
    }


def _open(way: Any) -> tuple[str, str]:
    if way.open == "today":
        return "good", "open today"
    if way.open == "closed":
        return "stop", "closed"
    if way.earliest:
        return "info", f"from {date_format(way.earliest, 'M j, Y')}"
    return "none", "later, day not known"


def _allows(state: str, code: str) -> dict[str, Any]:
    """What the certification does in the state, in names of acts and in counts."""
    found, name = rules.opened(state, code), rules.acts().name
    return {
        "opens": [name(act) for act in found.opens],
        "part": [name(act) for act in found.part],
        "without": len(found.without),
        "other": len(found.other),
        "prohibited": len(found.prohibited),
        "not_found": len(found.not_found),
    }


def _sources(found: Any, numbers: dict[str, int]) -> dict[Any, int]:
    return {source: numbers[source.id] for way in (*found.ways, *found.closed) for source in way.sources}
