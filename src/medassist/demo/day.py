"""A day of the demo office, played through the real actions by the people who would do each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from medassist.demo import measures, plan
from medassist.demo.office import Practice, provider_ids
from medassist.domain.office import queries as offices
from medassist.domain.people import queries as people
from medassist.domain.records import actions as records
from medassist.domain.records import queries as lists
from medassist.domain.records.inputs import AddAllergy, ReviewLists
from medassist.domain.scheduling import actions as scheduling
from medassist.domain.scheduling import queries as schedules
from medassist.domain.scheduling.inputs import Book, Cancel, NoShow
from medassist.domain.visits import actions as visits
from medassist.domain.visits import queries as visiting
from medassist.domain.visits.inputs import (
    Arrive,
    AskToDo,
    CheckIdentity,
    CheckOut,
    DoToDo,
    Ready,
    SetReason,
    StartProvider,
    StartRooming,
    WalkIn,
)
from medassist.domain.vitals import actions as vitals
from medassist.domain.vitals import inputs as vital_inputs
from medassist.domain.vitals import queries as measured
from medassist.domain.vitals import rules as signs
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist.inputs import Acknowledge
from medassist.kernel import events
from medassist.kernel.context import Context, system_context
from medassist.kernel.errors import HouseError, Invalid
from medassist.kernel.models import Event

ASSISTANTS = ("medical-assistant", "nurse")
DESK = "front-desk"
FORGOTTEN = 0.12  # of the second pressures, so that the quality page has something to say
ANSWERED = timedelta(minutes=3)
RECENT = timedelta(minutes=30)
"""A critical value of so long ago is still open."""


@dataclass
class Told:
    """What happened: how often each thing, what was refused or could not be, and how long each step took."""

    done: Counter[str] = field(default_factory=Counter)
    stopped: list[str] = field(default_factory=list)
    minutes: dict[str, dict[str, float]] = field(default_factory=dict)

    def lines(self) -> Iterable[str]:
        """As people read it."""
        yield from (f"{what:<14}{count:>5}" for what, count in self.done.items())
        for step, long in self.minutes.items():
            yield f"{step:<14}{long['mean']:5.1f} min on average, {long['longest']:.0f} at most"
        yield from (f"not done: {why}" for why in self.stopped)

    def as_dict(self) -> dict[str, Any]:
        """As programs read it."""
        return {"done": dict(self.done), "minutes": self.minutes, "stopped": self.stopped}


class Day:
    """One planned day in one practice."""

    def __init__(self, practice: Practice, begin: datetime, patients: int, seed: int):
        self.practice, self.begin, self.seed = practice, begin, seed
        self.providers = provider_ids(practice)
        self.assistants = practice.of_role(*ASSISTANTS)[: len(self.providers)]
        self.desk = practice.of_role(DESK)[0]
        self.rooms = [room.pk for room in offices.rooms(practice.site.pk) if room.kind == "exam"]
        self.types = {kind.code: kind for kind in schedules.types(practice.site.pk)}
        self.told = Told()
        self.visits = self._planned(patients)
        self.appointments: dict[int, UUID] = {}
        self.open: dict[int, UUID] = {}

    def _planned(self, patients: int) -> list[plan.Visit]:
        here = visiting.patients_here()
        found = [(one, born) for one, born in people.living(patients + len(here)) if one not in here][:patients]
        who = [plan.Who(one, _years(born, self.begin)) for one, born in found]
        self.ages = {one.id: one.age for one in who}
        minutes = {code: kind.minutes for code, kind in self.types.items()}
        return plan.day(who, self.begin, len(self.providers), len(self.assistants), self.seed, minutes)

    def book(self) -> None:
        """Enter the day's appointments, as the front desk did in the days before."""
        for number, visit in enumerate(self.visits):
            if not visit.walk_in:
                self._try(f"book {visit.start_at:%H:%M}", self._book, number, visit)

    def _book(self, number: int, visit: plan.Visit) -> None:
        ctx = self._as(self.desk, self.begin - timedelta(hours=1), f"{number}:book")
        booked = scheduling.book(
            ctx,
            Book(patient=visit.patient, site=self.practice.site.pk, type=self.types[visit.kind].pk,
                 provider=self.providers[visit.provider], start_at=visit.start_at, reason=visit.reason,
                 confirmed=frozenset({"at", "patient"})),
        )  # fmt: skip
        self.appointments[number] = booked.pk
        self.told.done["booked"] += 1

    def play(self, until: datetime | None = None) -> Told:
        """Let everything happen that the plan has before `until`, in the order of the clock."""
        self.until = until or self.begin + timedelta(days=1)
        happenings = sorted(
            (at, number, what) for number, visit in enumerate(self.visits) for what, at in _happenings(visit)
        )
        for at, number, what in happenings:
            if at <= self.until:
                visit = self.visits[number]
                self._try(f"{what} {at:%H:%M}", getattr(self, f"_{what}"), number, visit, at)
        self._time()
        return self.told

    # --- what happens

    def _cancel(self, number: int, visit: plan.Visit, at: datetime) -> None:
        ctx = self._as(self.desk, at, f"{number}:cancel")
        scheduling.cancel(ctx, Cancel(appointment=self.appointments[number], code="other", reason="Called: not today"))
        self.told.done["cancelled"] += 1

    def _no_show(self, number: int, visit: plan.Visit, at: datetime) -> None:
        scheduling.no_show(self._as(self.desk, at, f"{number}:no-show"), NoShow(appointment=self.appointments[number]))
        self.told.done["no-show"] += 1

    def _arrive(self, number: int, visit: plan.Visit, at: datetime) -> None:
        ctx = self._as(self.desk, at, f"{number}:arrive")
        if visit.walk_in:
            provider, site = self.providers[visit.provider], self.practice.site.pk
            came = visits.walk_in(ctx, WalkIn(patient=visit.patient, site=site, provider=provider, reason=visit.reason))
        else:
            came = visits.arrive(
                ctx, Arrive(appointment=self.appointments[number], confirmed=frozenset({"appointment"}))
            )
        self.open[number] = came.pk
        self.told.done["walked in" if visit.walk_in else "arrived"] += 1

    def _room(self, number: int, visit: plan.Visit, at: datetime) -> None:
        ctx = self._as(self._assistant(visit), at, f"{number}:room")
        planned = self.rooms[visit.provider * plan.ROOMS_A_PROVIDER + visit.room]
        taken = visiting.taken_rooms(self.practice.site.pk)
        room = next((room for room in (planned, *self.rooms) if room not in taken), None)
        visits.room(ctx, StartRooming(visit=self.open[number], room=room))
        who = CheckIdentity(visit=self.open[number], identifiers=frozenset({"name", "birth-date"}))
        visits.check_identity(self._as(self._assistant(visit), at + timedelta(seconds=20), f"{number}:identity"), who)
        self.told.done["roomed"] += 1

    def _vitals(self, number: int, visit: plan.Visit, at: datetime) -> None:
        ctx = self._as(self._assistant(visit), at, f"{number}:vitals")
        visits.set_reason(ctx.but(key=f"{ctx.key}:reason"), SetReason(visit=self.open[number], reason=visit.reason))
        age = self.ages[visit.patient]
        rng = random.Random(f"{self.seed}:{number}")
        form = measures.typed(age, self._last(visit.patient, at), rng)
        if visit.critical:
            form["blood_pressure"] = measures.CRITICAL
        taken = self._take(ctx, form, patient=visit.patient, visit=self.open[number], taken_at=at)
        self._call(taken, number, visit, at)
        self._review(ctx, number, visit.patient)
        self.told.done["measured"] += 1

    def _again(self, number: int, visit: plan.Visit, at: datetime) -> None:
        """A raised pressure is measured again after the rest; now and then somebody forgets."""
        rng = random.Random(f"{self.seed}:{number}:again")
        waits = measured.open_of([self.open[number]]).get(self.open[number])
        if not waits or rng.random() < FORGOTTEN:
            return
        ctx = self._as(self._assistant(visit), at, f"{number}:again")
        form = {"blood_pressure": measures.again(self._last(visit.patient, at), rng)}
        taken = self._take(ctx, form, patient=visit.patient, visit=self.open[number], taken_at=at)
        self._call(taken, number, visit, at)
        self.told.done["measured again"] += 1

    def _call(self, taken: UUID, number: int, visit: plan.Visit, at: datetime) -> None:
        """A critical value is told when it was measured, not when the demo is made; one of a while ago is answered."""
        if not measured.critical(measured.one_set(taken)):
            return
        event = Event.objects.get(name="vitals.taken", result__endswith=f"/{taken}")
        for reaction in events.reactions(event.name).values():
            reaction(system_context("jobs", site=event.site, at=at, key=str(event.id)), event)
        self.told.done["critical"] += 1
        if at + ANSWERED + RECENT < self.until and (task := measured.open_call(f"vitals/{taken}")):
            # an office that is open already may have told it by its own clock: nothing is answered before it is told
            said = self._as(self._provider_of(visit), max(at + ANSWERED, task["added_at"]), f"{number}:seen:{at:%H%M}")
            worklist.acknowledge(said, Acknowledge(task=task["id"], kind=measured.CALL, done="seen"))

    def _review(self, ctx: Context, number: int, patient: UUID) -> None:
        """Both lists gone through; who was never asked about allergies is asked, and knows of none."""
        asked = bool(lists.allergies(patient) or lists.none_known([patient]))
        if not asked:
            records.add_allergy(ctx.but(key=f"{ctx.key}:none"), AddAllergy(patient=patient, none_known=True))
        told = ReviewLists(
            patient=patient, visit=self.open[number], medications="unchanged", allergies="unchanged" if asked else None
        )
        records.review(ctx.but(key=f"{ctx.key}:lists"), told)

    def _last(self, patient: UUID, at: datetime) -> dict[str, float]:
        last = measured.last_values(patient, at)
        return {sign: float(signs.in_standard(sign, told.value, told.unit)) for sign, told in last.items()}

    def _take(self, ctx: Context, form: dict[str, str], **fixed: Any) -> UUID:
        """Record the set, and say which it is; what the house doubts was looked at again and confirmed."""
        given = vital_inputs.from_form(form, **fixed)
        try:
            return vitals.take(ctx, given).pk
        except Invalid as asked:
            if asked.faults:
                raise
            return vitals.take(ctx, given.model_copy(update={"confirmed": frozenset(asked.doubts)})).pk

    def _ready(self, number: int, visit: plan.Visit, at: datetime) -> None:
        visits.ready(self._as(self._assistant(visit), at, f"{number}:ready"), Ready(visit=self.open[number]))
        self.told.done["ready"] += 1

    def _provider(self, number: int, visit: plan.Visit, at: datetime) -> None:
        visits.start_provider(
            self._as(self._provider_of(visit), at, f"{number}:provider"), StartProvider(visit=self.open[number])
        )
        self.told.done["with provider"] += 1

    def _to_do(self, number: int, visit: plan.Visit, at: datetime) -> None:
        ctx = self._as(self._assistant(visit), at, f"{number}:to-do")
        visits.to_do(ctx, AskToDo(visit=self.open[number], what=tuple(visit.to_do)))
        self.told.done["to do after"] += 1

    def _check_out(self, number: int, visit: plan.Visit, at: datetime) -> None:
        ctx = self._as(self._assistant(visit), at, f"{number}:out")
        for place, asked in enumerate(visiting.to_dos(self.open[number])):
            visits.do(ctx.but(key=f"{ctx.key}:{place}"), DoToDo(to_do=asked.pk))
        visits.check_out(ctx, CheckOut(visit=self.open[number]))
        self.told.done["checked out"] += 1

    # --- how

    def _provider_of(self, visit: plan.Visit) -> str:
        return next(name for name, one in self.practice.people.items() if one.pk == self.providers[visit.provider])

    def _assistant(self, visit: plan.Visit) -> str:
        return self.assistants[visit.assistant]

    def _as(self, username: str, at: datetime, what: str) -> Context:
        key = f"demo:{self.begin:%Y-%m-%d}:{self.seed}:{what}"
        return self.practice.acting(username, at).but(key=key)

    def _try(self, what: str, work: Callable[..., None], number: int, *more: Any) -> None:
        """Do it; what the house refuses or what cannot be is told, and what follows from it is not tried."""
        try:
            work(number, *more)
        except KeyError:
            return  # it never came to the step before
        except HouseError as error:
            self.told.stopped.append(f"{what}: {error}")

    def _time(self) -> None:
        for step, row in visiting.durations(self.practice.site, self.begin.date()).items():
            self.told.minutes[step] = {name: round(row[name] / 60, 1) for name in ("mean", "median", "longest")}


def _happenings(visit: plan.Visit) -> Iterable[tuple[str, datetime]]:
    if visit.end == "cancelled":
        return [("cancel", visit.start_at - timedelta(minutes=50))]
    if visit.end == "no-show":
        return [("no_show", visit.start_at + timedelta(minutes=25))]
    return [(name.replace("-", "_"), at) for name, at in visit.steps]


def _years(born: date, at: datetime) -> int:
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))
