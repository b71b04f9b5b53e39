"""Credentials on screen: one's own wallet, the team with what runs out next, recording and verifying."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.credentials import actions, inputs, queries
from medassist.domain.credentials.pages.files import recorded
from medassist.domain.office import queries as office
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit, table_csv

MANAGE = "house.manage_credentials"
SOON = timedelta(days=60)
"""A credential that ends within this time is shown as running out."""
COLUMNS = (("Person", "name"), ("Credentials", "held"), ("Ends next", "ends"), ("State", "word"))
STATES = {
    "waits": ("watch", "to be verified"),
    "over": ("stop", "over"),
    "soon": ("watch", "runs out"),
    "good": ("good", "in date"),
    "revoked": ("stop", "revoked"),
    "later": ("info", "not yet begun"),
}


@page(act="house.own")
def mine(request: HttpRequest, ctx: Context) -> HttpResponse:
    """One's own credentials and skills; for who keeps them, the team's too."""
    person = office.staff_by_actor(ctx.actor.id)
    if person is None:
        raise Missing("person of the staff")
    keeps = reading.may(ctx, MANAGE, "office").allowed
    team = _team(ctx) if keeps else []
    if keeps and (csv := table_csv(request, "credentials", COLUMNS, team)):
        return csv
    today = queries.office_day()
    own = {
        "team": team, "keeps": keeps, "plans": _plans(person), "mine": True,
        "owed": _pressing(queries.owed(person.pk), today), "courses": queries.courses(person.pk),
        "towards": towards_shown(queries.towards(person.pk, today)),
        "signs": queries.waiting_for(person.pk), "unverified": sum(row["waits"] for row in team),
    }  # fmt: skip
    return fragment(request, "credentials/mine.html", {**_wallet(person), **own})


def _pressing(owed: list[dict[str, Any]], today: date) -> list[dict[str, Any]]:
    """What is owed is quiet until the first reminder of the certificate would come."""
    near = today + timedelta(days=max(queries.STEPS))
    ends = ((row, row["owed"].until) for row in owed)
    return [{**row, "state": "watch" if until and until <= near else "none"} for row, until in ends]


def towards_shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbers towards which something is on record, the nearest to its end first."""
    there = [{**one, "share": min(1.0, one["signed"] / one["requirement"].number)} for one in rows if one["have"]]
    return sorted(there, key=lambda one: (-one["share"], one["requirement"].name))


def _team(ctx: Context) -> list[dict[str, Any]]:
    """The people of the site, each with the credential that needs looking at first."""
    people = office.team(ctx.site) if ctx.site else []
    wallets = queries.wallets([one["id"] for one in people])
    today = queries.office_day()
    rows = [_member(one, wallets.get(one["id"], []), today) for one in people]
    return sorted(rows, key=lambda row: (row["ends"] is None, row["ends"] or date.max, row["name"]))


def _member(one: dict[str, Any], wallet: list[dict[str, Any]], today: date) -> dict[str, Any]:
    held = [_shown(card, today) for card in wallet]
    counting = [card for card in held if card["code"] in ("good", "soon", "waits")]
    ends = min((card["credential"].expires_on for card in counting if card["credential"].expires_on), default=None)
    worst = next((card for code in ("soon", "waits", "good") for card in counting if card["code"] == code), None)
    return {
        "id": one["id"],
        "name": one["name"],
        "held": ", ".join(card["credential"].name for card in counting),
        "waits": sum(1 for card in counting if card["code"] == "waits"),
        "ends": ends,
        "state": worst["state"] if worst else "none",
        "word": worst["word"] if worst else "none on record",
    }


@require_POST
@page(act="house.own")
def save_plan(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Keep the ways to certification that one has just looked at."""
    form = Form.of(request)
    if submit(form, ctx, actions.save_plan, inputs.SavePlan):
        return say(request, leave(request, reverse("credentials")), "Your plan is kept here.")
    raise Invalid(form.faults)


def _plans(person: Any) -> list[dict[str, Any]]:
    """The plans that a person keeps, each with its address; `fresh` while it stands on the facts of today."""
    book, directory = queries.book(), queries.programs_now()
    return [
        {
            "plan": one,
            "url": f"/guide/ways?{urlencode(one.said, doseq=True)}",
            "today": sum(1 for way in one.ways if way["open"] == "today"),
            "closes": min((date.fromisoformat(way["closes"]) for way in one.ways if way["closes"]), default=None),
            "fresh": one.data == queries.stands_on(book, directory, one.said.get("program", ())),
        }
        for one in queries.plans(person.pk)
    ]


@page(act=MANAGE)
def of_staff(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """One person's credentials and skills, to be kept."""
    return _kept(request, staff, Form())


@require_POST
@page(act=MANAGE)
def record(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """Record one more credential."""
    form = Form.of(request)
    if kept := recorded(request, ctx, form, staff=staff):
        return _back(request, staff, f"{kept.name} is on record. It counts once it is verified.")
    return _kept(request, staff, form, "record")


@require_POST
@page(act=MANAGE)
def verify(request: HttpRequest, ctx: Context, credential: UUID) -> HttpResponse:
    """Say where the credential was seen."""
    found, form = queries.credential(credential), Form.of(request)
    if submit(form, ctx, actions.verify, inputs.VerifyCredential, credential=credential):
        return _back(request, found.staff_id, f"{found.name} is verified.")
    return _kept(request, found.staff_id, form, f"verify-{credential}")


@require_POST
@page(act=MANAGE)
def revoke(request: HttpRequest, ctx: Context, credential: UUID) -> HttpResponse:
    """End a credential, and say why."""
    found, form = queries.credential(credential), Form.of(request)
    if submit(form, ctx, actions.revoke, inputs.RevokeCredential, credential=credential):
        return _back(request, found.staff_id, f"{found.name} no longer counts.")
    return _kept(request, found.staff_id, form, f"revoke-{credential}")


@require_POST
@page(act="house.sign_off")
def withdraw(request: HttpRequest, ctx: Context, sign_off: UUID) -> HttpResponse:
    """Take a sign-off back, and say why."""
    found, form = queries.sign_off(sign_off), Form.of(request)
    if submit(form, ctx, actions.withdraw_sign_off, inputs.WithdrawSignOff, sign_off=sign_off):
        return _back(request, found.staff_id, "The sign-off no longer counts.")
    return _kept(request, found.staff_id, form, f"withdraw-{sign_off}")


def _back(request: HttpRequest, staff: UUID, text: str) -> HttpResponse:
    return say(request, leave(request, reverse("credentials-staff", args=[staff])), text)


def _kept(request: HttpRequest, staff: UUID, form: Form, at: str = "") -> HttpResponse:
    person = office.staff(staff)
    kinds = list(queries.KINDS.items())
    told = {**_wallet(person), "form": form, "at": at, "kinds": kinds, "site_state": _state(person),
            "names": queries.names(), "hows": list(queries.HOW.items())}  # fmt: skip
    return fragment(request, "credentials/staff.html", told, form.status)


def _state(person: Any) -> str:
    return next((held.site.state for held in office.positions(person.pk)), "")


def _wallet(person: Any) -> dict[str, Any]:
    files, told, today = queries.files(person.pk), queries.reminders(person.pk), queries.office_day()
    held = queries.wallet(person.pk)
    cards = [{**_shown(card, today), **_around(card["credential"], files, told, today)} for card in held]
    skills = [_skill(one, today) for one in queries.skills(person.pk)]
    return {"person": person, "cards": sorted(cards, key=_next_first), "skills": skills, "files": files}


def _next_first(card: dict[str, Any]) -> tuple:
    """What ends next comes first; what is over, last."""
    return card["code"] in ("over", "revoked"), card["credential"].expires_on or date.max, card["credential"].name


def _around(row: Any, files: dict[UUID, list], told: dict[UUID, list], today: date) -> dict[str, Any]:
    """What stands around a card: its files, the days left, the reminders."""
    left = (row.expires_on - today).days if row.expires_on else None
    step = max((step for step in queries.STEPS if left is not None and step < left), default=None)
    return {
        "files": files.get(row.pk, []), "left": left, "kind": queries.KINDS[row.kind], "told": told.get(row.pk, []),
        "next": row.expires_on - timedelta(days=step) if step else None,
    }  # fmt: skip


def _shown(card: dict[str, Any], today: date) -> dict[str, Any]:
    """A credential with the one word that matters now."""
    row = card["credential"]
    if card["revoked_on"] and card["revoked_on"] <= today:
        code = "revoked"
    elif row.expires_on and row.expires_on < today:
        code = "over"
    elif card["verified_at"] is None:
        code = "waits"
    elif row.issued_on and row.issued_on > today:
        code = "later"
    else:
        code = "soon" if row.expires_on and row.expires_on <= today + SOON else "good"
    state, word = STATES[code]
    return {**card, "code": code, "state": state, "word": word}


def _skill(one: Any, today: date) -> dict[str, Any]:
    over = bool(one.expires_on and one.expires_on < today)
    ended = bool(one.revoked_on and one.revoked_on <= today)
    state, word = STATES["revoked"] if ended else STATES["over"] if over else STATES["good"]
    return {"skill": one, "counts": not (over or ended), "state": state, "word": "withdrawn" if ended else word}
