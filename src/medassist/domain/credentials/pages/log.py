"""The log on screen and on paper: work and practicum of one person, what they count for, and the signature under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from medassist.domain.credentials import actions, inputs, queries
from medassist.domain.credentials.pages.files import MANAGE, own_or
from medassist.domain.office import queries as office
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui import human, paper
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, hook, leave, page, say, submit, table_csv

SIGN = "house.sign_off"
SHEET = "domain/credentials/paper/log.typ"
COLUMNS = (
    ("Date", "on"), ("What", "what"), ("Act", "act"), ("Times", "count"), ("Minutes", "minutes"), ("How", "how"),
    ("Place", "place"), ("From", "begins"), ("To", "ends"), ("Supervisor", "supervisor"), ("Signed by", "signed_by"),
    ("Signed", "signed_at"), ("Heard of by the house", "event"), ("Note", "note"),
    ("No longer", "struck"),
)  # fmt: skip
SHOWN = 60
"""Lines on the screen; the sheet and the table as CSV hold all."""


@page(act="house.own")
def mine(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One's own log: what was done, hours of practicum, what they count for, and what waits to be signed."""
    return _log(request, ctx, _me(ctx), Form())


@page(act="house.own")
def of_staff(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """Another person's log, for who keeps credentials and who signs."""
    own_or(ctx, staff, SIGN, MANAGE)
    return _log(request, ctx, office.staff(staff), Form())


@require_POST
@page(act="house.own")
def enter_work(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Enter work that a supervisor saw."""
    return _entered(request, ctx, "work", actions.enter_work, inputs.EnterWork)


@require_POST
@page(act="house.own")
def enter_practicum(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Enter hours of practicum."""
    return _entered(request, ctx, "practicum", actions.enter_practicum, inputs.EnterPracticum)


@require_POST
@page(act="house.own")
def take_back(request: HttpRequest, ctx: Context, entry: UUID) -> HttpResponse:
    """Take a line back, and say why."""
    form = Form.of(request)
    if submit(form, ctx, actions.take_back_entry, inputs.TakeBackEntry, entry=entry):
        return say(request, leave(request, reverse("log")), "The line is taken back.")
    raise Invalid(form.faults)


@require_POST
@page(act=SIGN)
def sign(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """Sign what one saw."""
    form = Form.of(request)
    if kept := submit(form, ctx, actions.sign_log, inputs.SignLog, staff=staff):
        text = f"Signed: {kept.rows} line{'s' * (kept.rows > 1)} of {office.staff(staff).name}."
        return say(request, leave(request, reverse("log-staff", args=[staff])), text)
    raise Invalid(form.faults)


@require_GET
@page(act="house.own")
def sheet(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """The log as a sheet of paper, with every signature and the hash of what it signed."""
    own_or(ctx, staff, SIGN, MANAGE)
    person = office.staff(staff)
    answer = HttpResponse(paper.pdf(SHEET, on_paper(ctx, person)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="log.pdf"'
    return answer


def _me(ctx: Context) -> Any:
    if (person := office.staff_by_actor(ctx.actor.id)) is None:
        raise Missing("person of the staff")
    return person


def _entered(request: HttpRequest, ctx: Context, which: str, action: Any, asked: Any) -> HttpResponse:
    form = Form.of(request)
    if submit(form, ctx, action, asked):
        return say(request, leave(request, reverse("log")), "It is in your log, to be signed.")
    return _log(request, ctx, _me(ctx), form, which)


def _log(request: HttpRequest, ctx: Context, person: Any, form: Form, which: str = "") -> HttpResponse:
    rows = lines(person.pk)
    if csv := table_csv(request, "log", COLUMNS, rows, anyway=request.GET.get("as") == "csv"):
        return csv
    me = office.staff_by_actor(ctx.actor.id)
    own = me is not None and me.pk == person.pk
    before = _corrected(request, rows) if own and not which else None
    which = which or (before["kind"] if before else "")
    if before:
        form = Form(None, before["initial"])
    seen, asked = by_day(rows), numbers(person)
    # one look: what is shown and what its hash is of are the same rows
    waiting = [] if own or me is None else _to_sign(ctx, person.pk, me.pk)
    told = {
        "person": person, "own": own, "rows": seen[:SHOWN], "more": max(0, len(seen) - SHOWN),
        "count": sum(not row["struck"] for row in rows),
        "towards": [one for one in asked if one["near"]], "others": [one for one in asked if not one["near"]],
        "signatures": queries.signatures(person.pk), "replaces": _replaced(form),
        "to_sign": list(map(shown, waiting)), "seen": queries.digest(map(queries.line, waiting)), "form": form,
        "work": form if which == "work" else Form(), "day": form if which == "practicum" else Form(),
        "kinds": list(queries.work_kinds().items()), "parts": list(queries.PARTS.items()),
        "hows": [(code, name) for code, name in queries.HOW.items() if code != "both"],
        "supervisors": supervisors(ctx, person.pk) if own else [], "url": _address(person, own),
    }  # fmt: skip
    return fragment(request, "credentials/log.html", told, form.status)


def _address(person: Any, own: bool) -> str:
    return reverse("log") if own else reverse("log-staff", args=[person.pk])


def _replaced(form: Form) -> str:
    return str(form.value("replaces") or "")


def _to_sign(ctx: Context, staff: UUID, signer: UUID) -> list[Any]:
    """What waits for this person's signature; nothing for who may not sign."""
    if not reading.may(ctx, SIGN, f"staff/{staff}").allowed:
        return []
    return list(queries.unsigned(staff, signer))


def supervisors(ctx: Context, but: UUID) -> list[tuple[str, str]]:
    """Who of the site has a license and could sign: id and name."""
    people = office.team(ctx.site) if ctx.site else []
    held = queries.standing_of([one["id"] for one in people])
    found = [(str(one["id"]), one["name"]) for one in people if one["id"] != but and held[one["id"]]["licences"]]
    return [("", "Choose who saw it"), *found]


def lines(staff: UUID) -> list[dict[str, Any]]:
    """Both logs in one, the newest first; what was signed and does not stand any more is struck through."""
    both = [shown(one) for one in (*queries.work(staff), *queries.practicum(staff))]
    both += [{**shown(one), "struck": _struck(one.replaced_by)} for one in queries.struck(staff)]
    return sorted(both, key=lambda row: (row["on"], str(row["id"])), reverse=True)


def _struck(by: Any) -> str:
    """Who took a line back or corrected it, when and why."""
    return f"{'Taken back' if by.void else 'Corrected'} by {by.staff.name}, {_day(by.at)}: {by.why}"


def by_day(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines for a screen: what the house heard of itself, of one kind and one day, is one line."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        key = (row["on"], row["act"]) if row["event"] else row["id"]
        if key in found:
            found[key]["count"] += row["count"]
        else:
            found[key] = dict(row)
    return list(found.values())


def shown(one: Any) -> dict[str, Any]:
    """One line of either log as it is read."""
    signed = getattr(one, "signed", None)
    base = {
        "id": one.pk, "on": one.on, "note": one.note, "supervisor": one.supervisor.name if one.supervisor_id else "",
        "signed_by": signed.signature.signer.name if signed else "", "event": "",
        "signed_at": signed.signature.at if signed else None, "supervisor_id": one.supervisor_id, "struck": "",
    }  # fmt: skip
    if hasattr(one, "act"):
        what = queries.work_kinds().get(one.act, one.act)
        return {**base, "kind": "work", "what": what, "act": one.act, "count": one.count, "code": one.how,
                "how": queries.HOW[one.how], "event": str(one.event or "")}  # fmt: skip
    return {**base, "kind": "practicum", "what": f"Practicum, {queries.PARTS[one.part].lower()}", "place": one.place,
            "begins": f"{one.begins:%H:%M}", "ends": f"{one.ends:%H:%M}", "minutes": one.minutes, "pause": one.pause,
            "part": one.part}  # fmt: skip


def _corrected(request: HttpRequest, rows: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The line that is to be corrected, laid into its form; what the house heard of itself is not corrected here."""
    asked = request.GET.get("correct", "")
    row = next((one for one in rows if str(one["id"]) == asked and not one["event"] and not one["struck"]), None)
    if row is None:
        return None
    names = ("count", "place", "begins", "ends", "pause", "part", "note")
    initial = {name: row[name] for name in names if name in row}
    more = {"on": row["on"].isoformat(), "supervisor": str(row["supervisor_id"]), "replaces": asked}
    mine = {"work": row["act"], "how": row["code"]} if row["kind"] == "work" else {}
    return {"kind": row["kind"], "initial": {**initial, **more, **mine}}


def numbers(person: Any) -> list[dict[str, Any]]:
    """What certifications and the person's states ask for, with what is on record: name, what, number, have, signed."""
    today = queries.office_day()
    found = [
        {"who": one["requirement"].name, "what": one["requirement"].what, "number": one["requirement"].number,
         "unit": one["requirement"].unit, "live": one["requirement"].live, "have": one["have"], "signed": one["signed"],
         "url": one["requirement"].source.url, "as_of": one["requirement"].source.as_of,
         "sure": one["requirement"].confidence, "near": bool(one["have"])}
        for one in queries.towards(person.pk, today)
    ]  # fmt: skip
    return [*_of_states(person), *sorted(found, key=lambda one: (-one["signed"], one["who"]))]


def _of_states(person: Any) -> list[dict[str, Any]]:
    """A state counts what was signed off as shown; the log is what a sign-off rests on."""
    states = dict.fromkeys(held.site.state for held in office.positions(person.pk) if held.to_on is None)
    done = queries.done_by_act(person.pk)
    shown = queries.standing_of([person.pk])[person.pk]["skills"]
    asked = [row for state in states for row in hook(settings.MEDASSIST_NUMBERS)(state) if row["demonstrations"]]
    return [
        {"who": row["state"], "what": row["name"], "number": row["demonstrations"], "unit": "signed off as shown",
         "live": False, "have": done.get(row["act"], {}).get("have", 0),
         "signed": shown[row["act"]][1] if row["act"] in shown else 0,
         "url": row["url"], "as_of": row["as_of"], "sure": row["rests_on"], "near": True}
        for row in asked
    ]  # fmt: skip


def on_paper(ctx: Context, person: Any) -> dict[str, Any]:
    """What the sheet says: whose log, the lines, the numbers, the signatures with their hashes, who printed it."""
    practice = office.organization()
    rows = [
        {**row, "on": human.birth(row["on"]), "signed_at": _day(row["signed_at"])} for row in by_day(lines(person.pk))
    ]
    signed = [
        {"who": one["signature"].signer.name, "at": _day(one["signature"].at), "rows": one["signature"].rows,
         "sha256": one["signature"].sha256, "whole": one["whole"]}
        for one in queries.signatures(person.pk)
    ]  # fmt: skip
    return {
        "name": person.name, "practice": practice.name if practice else "", "printed": paper.printed(ctx.actor.name),
        "rows": rows, "numbers": [one for one in numbers(person) if one["have"] or one["signed"]], "signatures": signed,
    }  # fmt: skip


def _day(at: Any) -> str:
    return human.birth(timezone.localdate(at)) if at else ""
