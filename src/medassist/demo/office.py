"""The practice of the demo: founded, staffed, licensed and signed for through the actions that any practice uses."""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from medassist.demo import papers
from medassist.domain.credentials import actions as credentials
from medassist.domain.credentials.inputs import RecordCredential, SignOffSkill, VerifyCredential
from medassist.domain.delegation import actions as delegation
from medassist.domain.delegation import rules
from medassist.domain.delegation.inputs import SignPolicy
from medassist.domain.office import actions as office
from medassist.domain.office import queries as offices
from medassist.domain.office.inputs import AddDevice, AddRoom, AddStaff, CheckIn, RecordAbsence, SetShifts, SetUp
from medassist.domain.orders import actions as orders
from medassist.domain.orders.inputs import SignStandingOrder
from medassist.domain.scheduling import actions as scheduling
from medassist.domain.scheduling.inputs import OfferTimes, TakeProfileTypes
from medassist.interfaces.web import actions as accounts
from medassist.interfaces.web.access import managers
from medassist.interfaces.web.inputs import OpenAccount
from medassist.interfaces.web.models import Account
from medassist.kernel import clock
from medassist.kernel.context import Actor, Context, system_context
from medassist.kernel.errors import Invalid

HERE = Path(__file__).resolve().parent
SIGN_INS = "demo/sign-ins.json"
PRACTICE = (
    "Demo policy: our medical assistants do this as the state's text says it, under the provider in the building."
)


@dataclass
class Practice:
    """Who and what the demo is made of, by the name of each."""

    site: Any
    people: dict[str, Any] = field(default_factory=dict)
    """sign-in name to member of staff"""
    roles: dict[str, str] = field(default_factory=dict)

    def acting(self, username: str, at: datetime | None = None) -> Context:
        """One of the staff at work in the office."""
        person = self.people[username]
        return Context(Actor(person.actor_id, "person", person.name), "cli", at or clock.now(), site=self.site.pk)

    def of_role(self, *wanted: str) -> list[str]:
        """The sign-in names of everyone who has one of these roles first."""
        return [name for name, role in self.roles.items() if role in wanted]


def plan() -> dict[str, Any]:
    """The practice as data."""
    return json.loads((HERE / "staff.json").read_bytes())


def found() -> Practice | None:
    """The demo's practice as it stands in the database, or None."""
    told = plan()
    site = next((s for s in offices.sites() if s.name == told["site"]["name"]), None)
    if site is None:
        return None
    practice = Practice(site)
    accounts_by_actor = dict(Account.objects.values_list("actor_id", "username"))
    for row in offices.everybody():
        if name := accounts_by_actor.get(row["staff"].actor_id):
            practice.people[name] = row["staff"]
    wanted = {one["username"]: one["roles"][0] for one in told["staff"]} | {told["manager"]["username"]: "manager"}
    practice.roles = {name: role for name, role in wanted.items() if name in practice.people}
    return practice


def make(at: datetime) -> Practice:
    """Found the practice; everything is signed and everybody is in the building from `at` on."""
    told = plan()
    manager = told["manager"]
    first = office.set_up(
        system_context("cli", at=at),
        SetUp(organization=told["organization"], site=told["site"]["name"], **_without(told["site"], "name"),
              **_without(manager, "username")),
    )  # fmt: skip
    practice = Practice(offices.sites()[0], {manager["username"]: first}, {manager["username"]: "manager"})
    boss = practice.acting(practice.of_role("manager")[0], at)
    for place, room in enumerate(told["rooms"]):
        office.add_room(boss, AddRoom(site=practice.site.pk, place=place, **room))
    rooms = {room.name: room.pk for room in offices.rooms(practice.site.pk)}
    for one in told["devices"]:
        room = rooms.get(one.get("room", ""))
        office.add_device(boss, AddDevice(site=practice.site.pk, **{**one, "room": room}))
    for one in told["staff"]:
        _hire(practice, boss, one)
    _sign(practice, told, at)
    _open_accounts(practice, boss)
    papers.make(practice, boss, told)
    scheduling.take_profile_types(boss, TakeProfileTypes(site=practice.site.pk))
    present(practice, at)
    _offer(practice, boss)
    _plan_week(practice, boss, told)
    return practice


def _without(told: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != name}


def _hire(practice: Practice, boss: Context, one: dict[str, Any]) -> None:
    """One person: the position, the licence or certificate with its proof."""
    person = office.add_staff(
        boss,
        AddStaff(given=one["given"], family=one["family"], roles=tuple(one["roles"]), sites=(practice.site.pk,),
                 credentials_text=one.get("credentials_text", "")),
    )  # fmt: skip
    practice.people[one["username"]], practice.roles[one["username"]] = person, one["roles"][0]
    for kind in ("licence", "certificate"):
        if name := one.get(kind):
            held = credentials.record(
                boss,
                RecordCredential(staff=person.pk, kind=kind, name=name, state="US-CA" if kind == "licence" else "",
                                 number=f"DEMO-{one['username']}", expires_on=boss.at.date() + timedelta(days=500)),
            )  # fmt: skip
            credentials.verify(boss, VerifyCredential(credential=held.pk, source="Demo: no register was asked."))


def _sign(practice: Practice, told: dict[str, Any], at: datetime) -> None:
    """Policies by the manager, approved by a physician; skills and standing orders by the physician."""
    state = told["site"]["state"]
    book = rules.state(state)
    assert book is not None
    common = {"state": state, "hash": book.hash, "text": PRACTICE, "read": True,
              "review_on": at.date() + timedelta(days=365)}  # fmt: skip
    boss, doctor = (
        practice.acting(practice.of_role("manager")[0], at),
        practice.acting(practice.of_role("physician")[0], at),
    )
    acts = told["policies"]
    delegation.sign_policy(boss, SignPolicy(acts=tuple(acts["administrative"]), **common))
    approved = {
        "approved_by": practice.people[practice.of_role("physician")[0]].pk,
        "authority": "Demo: the practice's own reading",
    }
    delegation.sign_policy(boss, SignPolicy(acts=tuple(acts["clinical"]), **approved, **common))
    for one in told["staff"]:
        for skill, times in one.get("skills", {}).items():
            credentials.sign_off(
                doctor,
                SignOffSkill(
                    staff=practice.people[one["username"]].pk,
                    skill=skill,
                    hours=10,
                    demonstrations=times,
                    how="patient",
                ),
            )
    for order in told["standing_orders"]:
        orders.sign_standing(doctor, SignStandingOrder(**order, review_on=common["review_on"]))


def _open_accounts(practice: Practice, boss: Context) -> None:
    """An account a person, its password made here and kept in the home folder only."""
    passwords = {}
    for username, person in practice.people.items():
        account = accounts.open_account(boss, OpenAccount(staff=person.pk, username=username))
        passwords[username] = _password(account)
    _keep(passwords)


def _password(account: Account) -> str:
    """A password that the house takes; now and then one by chance is too much like the name."""
    while True:
        password = secrets.token_urlsafe(9)
        with contextlib.suppress(Invalid):
            managers.set_password(account, password)
            return password


def _keep(passwords: dict[str, str]) -> None:
    file = Path(settings.MEDASSIST_HOME) / SIGN_INS
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords, indent=1))


def sign_ins() -> dict[str, str]:
    """The demo's sign-in names and passwords, as they were made for this home."""
    return json.loads((Path(settings.MEDASSIST_HOME) / SIGN_INS).read_text())


def present(practice: Practice, at: datetime) -> None:
    """Everybody who is not there yet comes in."""
    for username, person in practice.people.items():
        if offices.presence(person.pk) is None:
            office.check_in(practice.acting(username, at), CheckIn(staff=person.pk, site=practice.site.pk))


def _offer(practice: Practice, boss: Context) -> None:
    """Times that can be booked with each provider, every day of the week, from today on."""
    for username in practice.of_role("physician", "nurse-practitioner", "physician-assistant"):
        scheduling.offer(
            boss,
            OfferTimes(provider=practice.people[username].pk, site=practice.site.pk, weekdays=frozenset(range(7)),
                       begins=time(8), ends=time(17), minutes=20, from_on=clock.today(practice.site.timezone)),
        )  # fmt: skip


def _plan_week(practice: Practice, boss: Context, told: dict[str, Any]) -> None:
    """Shifts of those who are not booked themselves, and who is away in the coming weeks."""
    today = clock.today(practice.site.timezone)
    for one in told["staff"]:
        for begins, ends in one.get("shifts", ()):
            office.set_shifts(
                boss,
                SetShifts(staff=practice.people[one["username"]].pk, site=practice.site.pk,
                          weekdays=frozenset(range(7)), begins=begins, ends=ends, from_on=today),
            )  # fmt: skip
    for one in told["absences"]:
        monday = today + timedelta(days=7 * one["week"] - today.weekday())
        days = [monday + timedelta(days=n) for n in one["days"]]
        office.record_absence(
            boss,
            RecordAbsence(staff=practice.people[one["username"]].pk, site=practice.site.pk, from_on=days[0],
                          to_on=days[-1], begins=one.get("begins"), ends=one.get("ends"), why=one["why"]),
        )  # fmt: skip


def provider_ids(practice: Practice) -> list[UUID]:
    """The providers in the order in which the plan of a day counts them."""
    names = practice.of_role("physician", "nurse-practitioner", "physician-assistant")
    return [practice.people[name].pk for name in names]
