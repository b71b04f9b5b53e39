"""Every address of the product, with the identifiers of things that are really there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver

import medassist
from medassist.demo import office as demo
from medassist.domain.office import actions as office
from medassist.domain.office import inputs as of_office
from medassist.domain.people.actions import words
from medassist.domain.visits import actions as visits
from medassist.domain.visits import inputs as of_visits
from medassist.interfaces.web.access import settled
from medassist.interfaces.web.models import Account
from medassist.kernel import clock, guard
from medassist.kernel.identifiers import uuid7
from tests.access.given import PASSWORD
from tests.access.test_glass import given_patient

ACTS = json.loads((Path(medassist.__file__).parent / "domain/delegation/data/acts.json").read_text())
# Addresses that are no page, each with why it needs no guard of a page
WRITTEN_LIST = {
    "healthz": "says that the process answers; no data",
    "readyz": "says which part is not ready; no data",
    "metrics": "gauges; from the machine itself or with a token",
}
WORDS = {
    "part": "2",
    "code": "US-CA",
    "act": "ready",
    "act_name": "vitals.measure",
    "token": "x" * 43,
    "rest": "Patient",
    "sign": "8867-4",
    "slug": "cma-aama",
}


@dataclass
class Address:
    """One address of the product."""

    route: str
    view: Any
    names: tuple[str, ...]
    words: dict[str, str]
    """For names that take one of a few words, the first of them."""

    def path(self, ids: dict[str, Any]) -> str:
        """The address with identifiers in it; what is not there gets one that nobody has."""
        path = "/" + self.route
        for name in self.names:
            value = ids.get(name) or self.words.get(name) or WORDS.get(name) or uuid7()
            path = _put(path, name, str(value))
        return path

    @property
    def page(self) -> Any:
        """What the page says of itself, or None."""
        return getattr(self.view, "page", None)


def _put(path: str, name: str, value: str) -> str:
    start = path.index("<", 0)
    while not path[start : path.index(">", start)].endswith((f":{name}", f"<{name}")):
        start = path.index("<", start + 1)
    return path[:start] + value + path[path.index(">", start) + 1 :]


def addresses() -> list[Address]:
    """Every address, in the order of the site map."""
    return list(_walk(get_resolver().url_patterns, "", {}))


def _walk(patterns: list, before: str, above: dict[str, str]) -> Iterator[Address]:
    for one in patterns:
        route = before + str(one.pattern)
        few = {name: kind.regex.split("|")[0] for name, kind in one.pattern.converters.items() if "|" in kind.regex}
        words = above | {name: word for name, word in few.items() if word.isalnum()}
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route, words)
        elif isinstance(one, URLPattern):
            names = tuple(part.split(">")[0].split(":")[-1] for part in route.split("<")[1:])
            yield Address(route, one.callback, names, words)


@dataclass
class House:
    """A practice with somebody of every role, a patient and a visit."""

    practice: demo.Practice
    accounts: dict[str, Account]
    ids: dict[str, Any]
    patient: Any
    visit: Any

    def acting(self, role: str) -> Any:
        """Somebody of this role at work."""
        return self.practice.acting(self.practice.of_role(role)[0])


MADE: dict[str, tuple[House, dict[str, bytes]]] = {}
"""By the patient's name: a house as it was made in this process, and its rows, table by table."""


def given_house(family: str = "Zyxgard") -> House:
    """The demo's practice by its own actions, and one patient who is there; made once, then its rows are put back."""
    settled.forget()
    words.forget()
    if family not in MADE:
        MADE[family] = _make(family), _rows()
    else:
        _put_back(MADE[family][1])
    return MADE[family][0]


def _rows() -> dict[str, bytes]:
    """What every table holds."""
    with _as_owner() as cursor:
        found = {}
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                found[table] = b"".join(bytes(part) for part in copy)
    return {table: rows for table, rows in found.items() if rows and not table.startswith(("django_", "auth_"))}


def _put_back(tables: dict[str, bytes]) -> None:
    with _as_owner() as cursor:
        for table, rows in tables.items():
            cursor.execute(f'DELETE FROM "{table}"')
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows)


@contextmanager
def _as_owner() -> Iterator[Any]:
    """The database's owner, past the locks that the product never opens."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        yield cursor
        cursor.execute(f"SET session_replication_role = origin; SET ROLE {guard.ROLE}")


def _make(family: str) -> House:
    practice = demo.make(clock.now())
    boss = practice.acting(practice.of_role("manager")[0])
    office.add_staff(
        boss, of_office.AddStaff.of(given="Sami", family="Student", roles=["student"], sites=[practice.site.pk])
    )
    _account_for_the_student(boss)
    desk = practice.acting(practice.of_role("front-desk")[0])
    patient = given_patient(family, desk)
    visit = visits.walk_in(
        desk,
        of_visits.WalkIn.of(patient=patient.pk, site=practice.site.pk, reason="Cough since Friday"),
    )
    accounts = {}
    for account in Account.objects.select_related("actor").all():
        account.set_password(PASSWORD)
        account.save()
        role = practice.roles.get(account.username, "student")
        accounts.setdefault(role, account)
    return House(practice, accounts, {**_ids(), "patient": patient.pk, "visit": visit.pk}, patient, visit)


def _account_for_the_student(boss: Any) -> None:
    from medassist.domain.office.models import Staff
    from medassist.interfaces.web import actions, inputs

    student = Staff.objects.get(family="Student")
    actions.open_account(boss, inputs.OpenAccount.of(staff=student.pk, username="student"))


def _ids() -> dict[str, UUID]:
    """One identifier of each thing that an address may name."""
    found = {}
    for name, label in {
        "staff": "office.Staff", "site": "office.Site", "room": "office.Room", "position": "office.Position",
        "account": "web.Account", "policy": "delegation.Policy", "appointment": "scheduling.Appointment",
        "credential": "credentials.Credential", "order": "orders.StandingOrder", "type": "scheduling.AppointmentType",
        "device": "office.Device",
    }.items():  # fmt: skip
        try:
            row = apps.get_model(label).objects.order_by("pk").first()
        except LookupError:
            continue
        if row is not None:
            found[name] = row.pk
    return found


def allowed(role: str, act: str) -> bool:
    """What the table of acts says of a role, read here a second time."""
    for kind in ("house", "administrative"):
        if act in ACTS[kind]:
            return role in ACTS[kind][act]["roles"]
    raise KeyError(act)


__all__ = ["ACTS", "WRITTEN_LIST", "Address", "House", "addresses", "allowed", "given_house"]
