"""The changes that can be looked at: each is chosen in a form and becomes the world after it; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries as delegation
from medassist.interfaces.web.ahead.world import (
    World,
    with_text,
    without,
    without_credential,
    without_policy,
)
from medassist.kernel.identifiers import uuid7, uuid_or_none
from medassist.ui import human
from medassist.ui.forms import Form

FIELDS = ("person", "from_on", "to_on", "policy", "credential")
CHOOSE = ("", "Choose")


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is looked at: what it is in words, the world after it, and what it is made of."""

    kind: str
    title: str
    after: World
    since: date
    of: Any = None
    form: Form = field(default_factory=Form)
    until: date | None = None
    differs: Sequence[Any] = ()
    """The acts of which the text in force and another one say different things."""


def form(request: HttpRequest, first: date) -> Form:
    """What was chosen, as a form: it is asked for, nothing is changed."""
    said = {name: request.GET.get(name, "") for name in FIELDS}
    return Form(None, {**said, "from_on": said["from_on"] or first.isoformat()})


def choices(world: World) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen: people, policies, credentials that count today."""
    cards = [(str(card.pk), f"{who}: {card.name}") for who, card in _cards(world)]
    kept = [(str(one.pk), _called(one)) for one in _policies(world)]
    people = [(str(one.id), one.name) for one in world.people.values()]
    return {"people": [CHOOSE, *people], "policies": [CHOOSE, *kept], "cards": [CHOOSE, *cards]}


def _policies(world: World) -> list[Any]:
    """Those for clinical acts: what visits ask for."""
    return [one for one in delegation.policies(world.state) if one.act in delegation.acts().clinical]


def _called(policy: Any) -> str:
    where = f", {policy.site.name}" if policy.site else ""
    return f"{delegation.acts().name(policy.act)}{where}, signed {human.day(policy.signed_on)}"


def _cards(world: World) -> list[tuple[str, Any]]:
    held = credentials.wallets(world.people)
    rows = [(world.people[staff].name, card["credential"]) for staff in held for card in held[staff] if card["good"]]
    return sorted(rows, key=lambda row: (row[0], row[1].name))


def _date(form: Form, name: str, usual: date) -> date:
    """A day from the form; what is no day is said, and the usual one stands for it."""
    text = str(form.value(name))
    try:
        return date.fromisoformat(text) if text else usual
    except ValueError:
        form.faults[name] = [f"{text} is no day of the calendar."]
        return usual


def away(world: World, form: Form, first: date) -> Change | None:
    """Somebody is away from a day to a day."""
    person = world.people.get(uuid_or_none(str(form.value("person"))) or uuid7())
    since = _date(form, "from_on", first)
    until = _date(form, "to_on", since)
    if until < since:
        form.faults["to_on"] = [f"Reversed: the last day lies before {human.day(since)}."]
    if person is None:
        form.faults["person"] = ["Choose who is away."]
        return None
    title = f"{person.name} is away, {human.planned(since)} to {human.planned(until)}"
    after = without(world, person.id, (since, until))
    return None if form.faults else Change("away", title, after, since, person, until=until)


def policy(world: World, form: Form, first: date) -> Change | None:
    """A policy is withdrawn."""
    chosen = uuid_or_none(str(form.value("policy")))
    kept = next((one for one in _policies(world) if one.pk == chosen), None)
    if kept is None:
        form.faults["policy"] = ["Choose a policy."]
        return None
    rest = tuple(one for one in world.policies.get(kept.act, ()) if one.id != str(kept.pk))
    title = f"The policy for {delegation.acts().name(kept.act)} is withdrawn"
    return Change("policy", title, without_policy(world, kept.act, rest), first, kept)


def credential(world: World, form: Form, first: date) -> Change | None:
    """A credential counts no more."""
    chosen, since = uuid_or_none(str(form.value("credential"))), _date(form, "from_on", first)
    card = next((card for _, card in _cards(world) if card.pk == chosen), None)
    if card is None:
        form.faults["credential"] = ["Choose a credential."]
        return None
    after = world
    for name in (card.name, *card.counts_as):
        after = without_credential(after, card.staff_id, name, since)
    title = f"{world.people[card.staff_id].name}'s {card.name} counts no more from {human.planned(since)}"
    return None if form.faults else Change("credential", title, after, since, card)


def by_text(world: World, form: Form, raw: bytes, called: str, first: date) -> Change | None:
    """Another text of the state's rules holds; it came by this name."""
    book, faults = delegation.read(world.state, raw, called)
    since = _date(form, "from_on", first)
    if book is None:
        form.faults["text"] = [str(fault) for fault in faults[:20]]
        return None
    researched = book.data["last_researched"]
    title = f"The text of {book.name}'s rules of {researched} holds from {human.planned(since)}"
    now = world.shelf.on(since)
    differs = delegation.differences(now, book) if now else ()
    after = with_text(world, book, since)
    return None if form.faults else Change("text", title, after, since, book, form, differs=differs)


KINDS = {"away": away, "policy": policy, "credential": credential}
