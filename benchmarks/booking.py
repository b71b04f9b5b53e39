"""Booking: many clients after few slots at once, nobody booked twice; and how many appointments are made in a second.

Sign-in aside, everything is on: the authority with the demo practice's signed policies, the trail, the exchange.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from itertools import chain, count
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from django.db import connections

from medassist.demo import office as demo
from medassist.domain.office import queries as offices
from medassist.domain.people import actions as people
from medassist.domain.people import queries as patients
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.scheduling import actions, inputs, queries
from medassist.domain.scheduling.models import Appointment, Booking
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict

CLIENTS, SLOTS = 50, 10
FAR = 400  # days ahead at which the rate is measured, past all slots that are shown


def desk() -> tuple[demo.Practice, Context]:
    """The demo practice, made if it is not there, and its front desk."""
    practice = demo.found() or demo.make(clock.now())
    return practice, practice.acting(practice.of_role("front-desk")[0], clock.now())


def people_to_book(ctx: Context, many: int) -> list[UUID]:
    """So many patients, registered if there are fewer."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found = []
    for n in range(many):
        family = f"Bench{letters[n // 26 % 26]}{letters[n % 26]}"
        known = patients.find(family, 1).lines
        if known and known[0]["family"] == family:
            found.append(known[0]["id"])
            continue
        told = RegisterPatient.of(names=[{"family": family, "given": ["Ann"]}], birth_date=f"{1940 + n}-03-04",
                                  confirmed={"duplicate", "names", "birth_date"})  # fmt: skip
        found.append(people.register(ctx, told).pk)
    return found


def at_once(work: list[Callable[[], Any]]) -> tuple[list[Any], float]:
    """Do all of it at one moment, each in a thread with its own connection; what came of each, and the seconds."""
    outcomes: list[Any] = [None] * len(work)
    start = threading.Barrier(len(work) + 1)

    def client(n: int) -> None:
        start.wait()
        try:
            outcomes[n] = work[n]()
        except Exception as error:
            outcomes[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(len(work))]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return outcomes, time.perf_counter() - begun


def contest(clients: int = CLIENTS, slots: int = SLOTS) -> dict[str, Any]:
    """Clients that want fewer slots than they are, all at one moment: each slot goes to one of them."""
    practice, ctx = desk()
    begin = clock.now()
    free = queries.slots(begin=begin, end=begin + timedelta(days=20), status="free", site=practice.site.pk)[:slots]
    wanted = [free[n % len(free)] for n in range(clients)]
    asked = [
        inputs.Book.of(patient=who, slot=slot.pk, confirmed={"at", "patient"})
        for who, slot in zip(people_to_book(ctx, clients), wanted, strict=True)
    ]
    outcomes, took = at_once([lambda given=given: actions.book(ctx, given) for given in asked])
    booked = [one for one in outcomes if isinstance(one, Appointment)]
    refused = [one for one in outcomes if isinstance(one, Conflict)]
    if strange := [one for one in outcomes if one not in booked and one not in refused]:
        raise RuntimeError(f"{len(strange)} clients got no answer; the first: {strange[0]!r}")
    twice = Booking.objects.filter(appointment__in=[one.pk for one in booked], active=True).count() - len(booked)
    if len(booked) != len(free) or twice:
        raise RuntimeError(f"{len(booked)} bookings for {len(free)} slots")
    return {"clients": clients, "slots": len(free), "booked": len(booked), "refused": len(refused), "seconds": took}


def times(practice: demo.Practice) -> Iterator[tuple[UUID, datetime]]:
    """A provider and a free time, ever new: days far ahead on which the practice is open, every 20 minutes."""
    last = Appointment.objects.order_by("-start_at").values_list("start_at", flat=True).first()
    first = max(clock.now() + timedelta(days=FAR), last + timedelta(days=1)) if last else clock.now()
    providers = demo.provider_ids(practice)
    for n in count():
        day: date = first.date() + timedelta(days=n)
        held = offices.open_on(practice.site, day)
        if held["opens"] is None:
            continue
        at = offices.moment(day, held["opens"], practice.site.timezone)
        for step in range(24):
            for provider in providers:
                yield provider, at + timedelta(minutes=20 * step)  # type: ignore[operator]


def rate(clients: int, each: int, processes: int = 1) -> dict[str, Any]:
    """Appointments made in a second by clients side by side, spread over processes as a server's workers are."""
    practice, ctx = desk()
    who, free = people_to_book(ctx, 26), times(practice)
    kind = next(one for one in queries.types(practice.site.pk) if one.minutes == 20)

    def asked(n: int) -> inputs.Book:
        provider, start = next(free)
        return inputs.Book.of(patient=who[n % len(who)], site=practice.site.pk, provider=provider, type=kind.pk,
                              start_at=start, confirmed={"patient"})  # fmt: skip

    lots = [[asked(n) for n in range(each)] for _ in range(clients)]
    connections.close_all()
    begun = time.perf_counter()
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        took = sorted(chain(*pool.map(_worker, [(ctx, lots[n::processes]) for n in range(processes)])))
    seconds = time.perf_counter() - begun
    return {
        "bench": "booking", "what": f"create appointment, {clients} client{'s' * (clients > 1)}", "n": len(took),
        "throughput": round(len(took) / seconds, 1), "unit": "appointments/s",
        "p50_ms": round(took[len(took) // 2] * 1000, 2), "p95_ms": round(took[int(len(took) * 0.95)] * 1000, 2),
    }  # fmt: skip


def _worker(work: tuple[Context, list[list[inputs.Book]]]) -> list[float]:
    """One process: each of its clients books its own lot; the seconds of each booking."""
    ctx, lots = work
    took: list[float] = []

    def client(lot: list[inputs.Book]) -> None:
        for given in lot:
            begun = time.perf_counter()
            actions.book(ctx, given)
            took.append(time.perf_counter() - begun)

    outcomes, _ = at_once([lambda lot=lot: client(lot) for lot in lots])
    if errors := [one for one in outcomes if one is not None]:
        raise errors[0]
    return took


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench booking`; the first is what `--json` prints."""
    won = contest()
    return [won, rate(1, 300), rate(8, 75, processes=2)]


if __name__ == "__main__":
    for line in run():
        print(line)
