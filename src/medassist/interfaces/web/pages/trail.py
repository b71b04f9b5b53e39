"""The trail for people: who opened a chart, and who did what. Looking is kept in the trail as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.kernel import clock, entries
from medassist.kernel.action import ACTIONS
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.kernel.identifiers import uuid_or_none
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, listed, page, table_csv, wants_csv

ACT = "house.view_audit"
CSV_MOST = 20_000
READ = {"reading.open": "Open a chart", "reading.list": "See a list"}
ACCESS = {
    "signed-in": "Sign in", "signed-out": "Sign out", "failed": "Sign-in failed", "locked-out": "Too many tries",
    "locked": "Lock the screen", "unlocked": "Unlock the screen", "pin-failed": "Wrong PIN", "pin-set": "Set a PIN",
    "pin-dropped": "Take the PIN away", "password-changed": "Change the password",
    "factor-added": "Add a second factor", "factor-removed": "Take a second factor away",
    "factor-failed": "A passkey was not kept", "codes-made": "Make recovery codes", "link-made": "Make a sign-in link",
    "link-failed": "Try a link that is over", "ended-all": "Sign out everywhere", "site-chosen": "Choose the site",
}  # fmt: skip
OUTCOMES = ("done", "refused", "opened", "listed", "signed-in", "failed", "locked-out", "locked")
COLUMNS = (
    ("When", "at"), ("Who", "who"), ("Kind", "kind"), ("On behalf of", "behalf"), ("What", "words"), ("Did", "action"),
    ("Act", "act"), ("Outcome", "outcome"), ("Patient", "name"), ("MRN", "mrn"), ("Rule", "rule"), ("Why", "reasons"),
    ("By way of", "via"), ("Site", "place"), ("Entry", "id"),
)  # fmt: skip


@page(lists="audit", act=ACT)
def search(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Who did what: by person, patient, day, kind of act. It is asked by POST, as a record number may be in it."""
    today = timezone.localdate(clock.now())
    form = Form.of(request, on=today.isoformat(), to=today.isoformat())
    wanted, told = _wanted(form)
    csv = form.value("as") == "csv" or wants_csv(request)
    limit = CSV_MOST if csv else entries.PAGE + 1
    found = entries.search(**wanted, before=uuid_or_none(form.value("before")), limit=limit) if form.fine else []
    rows, more = (found, False) if csv else (found[: entries.PAGE], len(found) > entries.PAGE)
    lines = _lines(rows)
    listed(request, _whom(rows), **told)
    if csv:
        return _csv(request, "who-did-what", lines)
    context = {
        "form": form, "lines": lines, "more": rows[-1]["id"] if more else None, "outcomes": OUTCOMES,
        "team": _team(),
    }  # fmt: skip
    return fragment(request, "web/audit.html", context, form.status)


@page(lists="audit", act=ACT)
def patient(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """Who opened this chart."""
    whose = people.brief([patient]).get(patient)
    if whose is None:
        raise Missing("patient", patient)
    now = timezone.localdate(clock.now())
    form = Form.of(request, on=(now - timedelta(days=365)).isoformat(), to=now.isoformat())
    wanted, told = _wanted(form)
    span = {"since": wanted["since"], "until": wanted["until"], "lists": bool(form.value("lists"))}
    rows = entries.search(patient=patient, **span, limit=CSV_MOST) if form.fine else []
    lines = _lines(rows)
    listed(request, [patient], **told)
    if form.value("as") == "csv" or wants_csv(request):
        return _csv(request, "who-opened-this-chart", lines)
    context = {"form": form, "whose": whose, "lines": lines, "seen": _summed(lines)}
    return fragment(request, "web/audit-patient.html", context, form.status)


def _csv(request: HttpRequest, name: str, lines: list[dict[str, Any]]) -> HttpResponse:
    return table_csv(request, name, COLUMNS, lines, anyway=True)  # type: ignore[return-value]


def _wanted(form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """The filter as the query takes it, and as the trail keeps it."""
    on, to = _day(form, "on"), _day(form, "to")
    if on and to and to < on:
        form.faults["to"] = ["The last day lies before the first."]
    whom = str(form.value("patient")).strip()
    chart = _chart(form, whom) if whom else None
    told = {name: str(form.value(name)) for name in ("person", "on", "to", "action", "outcome") if form.value(name)}
    wanted = {
        "actor": uuid_or_none(form.value("person")),
        "patient": chart,
        "since": _begin(on) if on else None,
        "until": _begin(to + timedelta(days=1)) if to else None,
        "action": str(form.value("action")).strip()[:64],
        "outcome": str(form.value("outcome")).strip()[:16],
    }
    return wanted, told | ({"patient": str(chart)} if chart else {})


def _day(form: Form, name: str) -> date | None:
    text = str(form.value(name)).strip()
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        form.faults[name] = ["Write the day as 2026-11-23."]
        return None
    if found and not date(2000, 1, 1) <= found <= date(2100, 1, 1):
        form.faults[name] = ["This day is too far away."]
        return None
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _chart(form: Form, text: str) -> UUID | None:
    """The patient behind a record number or an identifier."""
    found = uuid_or_none(text) or people.by_mrn(text)
    if found is None:
        form.faults["patient"] = ["No chart has this number."]
    return found


def _lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries with names beside their numbers."""
    who = entries.actors({r["actor"] for r in rows} | {r["on_behalf_of"] for r in rows if r["on_behalf_of"]})
    names = people.brief(_whom(rows))
    places = {site.pk: site.name for site in office.sites(active=False)}
    return [_line(row, who, names, places) for row in rows]


def _line(row: dict[str, Any], who: dict, names: dict, places: dict) -> dict[str, Any]:
    whose = names.get(row["patient"], {})
    return {
        **row,
        "words": _words(row),
        "who": who.get(row["actor"], {}).get("name", "unknown"),
        "behalf": who.get(row["on_behalf_of"], {}).get("name", ""),
        "name": whose.get("name", ""),
        "mrn": whose.get("mrn", ""),
        "place": places.get(row["site"], ""),
        "reasons": " ".join(row["why"]),
        "reason": row["detail"].get("given", {}).get("reason", "") if isinstance(row["detail"], dict) else "",
    }


def _words(row: dict[str, Any]) -> str:
    """What was done, as a person would say it."""
    if row["action"] == "web.access":
        return ACCESS.get(row["outcome"], row["outcome"])
    if row["action"] in READ:
        return READ[row["action"]]
    info = ACTIONS.get(row["action"])
    return info.doc.partition(";")[0].partition(":")[0].rstrip(".") if info else row["action"]


def _whom(rows: Iterable[dict[str, Any]]) -> list[UUID]:
    return list(dict.fromkeys(row["patient"] for row in rows if row["patient"]))


def _summed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each person: how often, first and last; those who were refused stand first."""
    found: dict[UUID, dict[str, Any]] = {}
    for line in reversed(lines):
        one = found.setdefault(
            line["actor"], {"who": line["who"], "kind": line["kind"], "first": line["at"], "times": 0, "refused": 0}
        )
        one["last"] = line["at"]
        one["times"] += line["outcome"] != "refused"
        one["refused"] += line["outcome"] == "refused"
    return sorted(found.values(), key=lambda one: (-one["refused"], -one["times"]))


def _team() -> list[tuple[str, str]]:
    people_here = [(str(one["staff"].actor_id), one["staff"].name) for one in office.everybody()]
    return [("", "Anybody"), *people_here]
