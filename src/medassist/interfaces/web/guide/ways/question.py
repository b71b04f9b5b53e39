"""The question of the planner: what stands in an address, the form that asks it, and what was said in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.domain.office import queries as offices
from medassist.interfaces.web.guide.phrases import day, tell
from medassist.interfaces.web.guide.words import words
from medassist.ui.forms import Form

ASKED = (
    "state", "education", "graduated", "finishes", "accreditor", "experience_months", "worked_until", "hours_week",
    "budget", "starts",
)  # fmt: skip
SEED = ("seed", "old")
"""Which programs of the shipped file are shown."""


def office(get: QueryDict, lang: str) -> tuple[str, dict[str, list[str]]]:
    """The kind of office that is asked about, and what can't be in it."""
    code = get.get("office", "")
    known = not code or code in offices.profiles()
    return (code, {}) if known else ("", {"office": [words(lang)["ways"]["form"]["office_wrong"]]})


def asked(get: QueryDict) -> bool:
    """Whether an address asks for ways."""
    return bool(get.get("state"))


def form(get: QueryDict) -> Form:
    """The form as the address fills it."""
    # an address that says nothing of schooling is answered without any; an empty form begins where most do
    usual = {"education": "none" if asked(get) else "high-school"}
    return Form(initial=usual | {name: get[name] for name in get})


def read(get: QueryDict, on: date) -> tuple[credentials.Person, dict[str, list[str]]]:
    """Who asks, and what can't be in it, by field."""
    return credentials.read(_given(get), credentials.book(), on, credentials.programs_now())


def _given(get: QueryDict) -> dict[str, Any]:
    """What was asked; a failed try and a lapse may come as three fields of the form or as one text of an address."""
    failed, lapsed = get.getlist("failed"), get.getlist("lapsed")
    if code := get.get("failed_at"):
        last = f"@{get['failed_last']}" if get.get("failed_last") else ""
        failed.append(f"{code}={get.get('failed_count', '')}{last}")
    if code := get.get("lapsed_at"):
        lapsed.append(f"{code}={get.get('lapsed_on', '')}")
    said = {name: get.get(name, "") for name in ASKED}
    return {**said, "failed": failed, "lapsed": lapsed, "program": get.getlist("program")}


def told_faults(faults: Mapping[str, list[str]], lang: str) -> dict[str, list[str]]:
    """What can't be, in the page's language."""
    return {name: [tell(lang, text) for text in texts] for name, texts in faults.items()}


def first(said: Mapping[str, Any]) -> dict[str, str]:
    """The first failed try and the first lapse as the form's fields; further ones stay in the address as they are."""
    code, _, rest = said.get("failed", "").partition(",")[0].partition("=")
    count, _, last = rest.partition("@")
    lapsed, _, ended = said.get("lapsed", "").partition(",")[0].partition("=")
    return {"failed_at": code, "failed_count": count, "failed_last": last, "lapsed_at": lapsed, "lapsed_on": ended}


def seed(get: QueryDict) -> tuple[bool, bool]:
    """Whether programs of the shipped file are shown, and those of old pages among them."""
    return bool(get.get("seed")), bool(get.get("old"))


def kept(get: QueryDict, said: Mapping[str, Any]) -> dict[str, Any]:
    """The question as pairs that a further form or link carries."""
    pairs = [(name, one) for name, value in said.items() for one in (value if isinstance(value, list) else [value])]
    shown = [(name, "yes") for name in SEED if get.get(name)]
    kind = [("office", str(get["office"]))] if get.get("office") else []
    further = [(name, said.get(name, "").partition(",")[2]) for name in ("failed", "lapsed")]
    return {
        "said": pairs,
        "pairs": pairs + kind + shown,
        "without_programs": [(name, one) for name, one in pairs + kind + shown if name != "program"],
        "rest": [(name, value) for name, value in further if value] + shown,
        "address": urlencode(pairs + kind + shown),
    }


def options(lang: str) -> dict[str, Any]:
    """What the form offers."""
    book, t = credentials.book(), words(lang)["ways"]["form"]
    states = [(code, rules.known(code).name) for code in rules.states()]
    names = [(one.code, f"{one.abbreviation}, {one.issuer}") for one in book.credentials.values()]
    return {
        "states": [("", t["choose"]), *sorted(states, key=lambda one: one[1])],
        "schooling": [(code, tell(lang, text)) for code, text in credentials.EDUCATION.items()],
        "accreditors": [("", t["not_known"]), *((name, name) for name in (*book.programmatic, *book.institutional))],
        "certifications": [("", t["none"]), *names],
        "offices": [("", t["office_any"]), *t["offices"].items()],
    }


def in_words(person: credentials.Person, office: str, lang: str) -> list[str]:
    """What was said, so that a printed sheet says for whom it holds."""
    t, kinds = words(lang)["ways"]["said"], words(lang)["ways"]["form"]["offices"]
    days = {"finished": person.graduated, "will_finish": person.finishes}
    return [
        rules.known(person.state).name,
        tell(lang, credentials.EDUCATION[person.education]),
        *(t[name].format(day=day(lang, on)) for name, on in days.items() if on),
        *([t["accredited"].format(name=person.accreditor)] if person.accreditor else []),
        *_worked(person, lang),
        *(t["failed"].format(code=code, count=tries.count) for code, tries in person.failed.items()),
        *(t["lapsed"].format(code=code, day=day(lang, on)) for code, on in person.lapsed.items()),
        *([t["hours"].format(count=person.hours_week)] if person.hours_week else []),
        *([t["budget"].format(usd=person.budget)] if person.budget is not None else []),
        *([kinds[office]] if office else []),
        *([t["starts"].format(day=day(lang, person.starts))] if person.starts else []),
    ]


def _worked(person: credentials.Person, lang: str) -> list[str]:
    if not person.experience_months:
        return []
    t = words(lang)["ways"]["said"]
    worked = t["worked"][person.experience_months != 1].format(count=person.experience_months)
    until = person.worked_until
    return [t["worked_until"].format(worked=worked, day=day(lang, until)) if until else worked]
