"""What the clock can't do by itself becomes a task for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import actions as delegation
from medassist.domain.delegation import queries as rules
from medassist.domain.delegation.inputs import KeepFile
from medassist.domain.office import queries as office
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import queries as worklist_queries
from medassist.domain.worklist.inputs import Add
from medassist.interfaces.jobs import deliveries
from medassist.kernel.context import system_context
from medassist.kernel.models import Delivery

BEFORE = (60, 7)  # days before a policy's review at which its manager is told; the day it is overdue, once more


def given_up() -> int:
    """A task for every reaction that failed to the end; how many there are."""
    stuck = deliveries.stuck()
    for delivery in stuck:
        _report(delivery)
    return len(stuck)


def _report(delivery: Delivery) -> None:
    event = delivery.event
    site = event.site or next((one.id for one in office.sites()), None)
    if site is None:  # nobody works here yet who could do it
        return
    details = (
        f"After {event.name}, {delivery.reaction.rpartition('.')[2].replace('_', ' ')} was tried {delivery.tries} times"
        f" and did not go through: {delivery.error}"
    )
    task = Add(kind="system", site=site, patient=event.patient, about=f"event/{event.id}", details=details)
    # under a key of its own: asked every minute, added once
    worklist.add(system_context("jobs", site=site, key=f"given-up:{delivery.pk}"), task)


def rules_files() -> int:
    """Keep each sound text of the rules against the day it breaks; a task for each that is broken. How many are."""
    at_work: dict[str, list[Any]] = {}
    for site in office.sites():
        at_work.setdefault(site.state, []).append(site)
    broken = rules.broken(list(at_work))
    for state in at_work.keys() - broken.keys():
        shelf = rules.shelf(state)
        if shelf.last is None or shelf.last is not shelf.lying:
            delegation.keep(system_context("jobs"), KeepFile(state=state))
    for state, faults in broken.items():
        holds = rules.shelf(state).on(credentials.office_day())
        told = "The last sound text stays in force." if holds else "No text is in force: assistants are refused."
        for site in at_work[state]:
            # asked every hour, added once while it is open
            _tell(site, f"rules/{state}", f"The rules file of {state} can't be used", f"{told} {' '.join(faults)}")
    return len(broken)


def reviews(on: date | None = None) -> int:
    """A task for the policies whose review is near or overdue, one a site and day of review; how many policies."""
    today = on or credentials.office_day()
    due = rules.to_review(today, max(BEFORE))
    for site in office.sites():
        here = [one for one in due if one.state == site.state and one.site in (None, site)]
        for day in sorted({one.review_on for one in here}):
            _review(site, day, [one for one in here if one.review_on == day], today)
    return len(due)


def _review(site: Any, day: date, kept: Iterable[Any], today: date) -> None:
    left = (day - today).days
    stage = min(n for n in BEFORE if left <= n) if left >= 0 else "overdue"
    names = ", ".join(rules.acts().name(one.act) for one in kept)
    about = f"policy-review/{day}/{stage}/{site.pk}"
    if left >= 0:
        title, told = f"Policies to review by {day}", "After that day their acts wait until they are signed again:"
    else:
        title, told = f"Policies whose review was due on {day}", "Their acts wait until they are signed again:"
    if not worklist_queries.about(about):
        _tell(site, about, title, f"{told} {names}.")


def _tell(site: Any, about: str, title: str, details: str) -> None:
    task = Add(kind="system", site=site.pk, about=about, title=title, details=details, once=True)
    worklist.add(system_context("jobs", site=site.pk), task)
