"""What is done when: each line an action that the clock calls as the system, and how often."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.module_loading import import_string

from medassist.interfaces.jobs import reports
from medassist.kernel import clock
from medassist.kernel.context import system_context

log = logging.getLogger(__name__)
REFUSED_FOR = timedelta(days=30)  # bodies of refused requests are kept this long


def _nothing() -> dict[str, Any]:
    return {}


def _a_month_ago() -> dict[str, Any]:
    return {"before": clock.now() - REFUSED_FOR}


# Seconds between two calls, action, its inputs, what goes into them.
# Time-outs are due times in tables, swept each minute.
LINES: tuple[tuple[int, str, str, Callable[[], dict[str, Any]]], ...] = (
    (60, "medassist.domain.worklist.actions.escalate", "medassist.domain.worklist.inputs.Escalate", _nothing),
    (60, "medassist.domain.study.actions.close_over", "medassist.domain.study.inputs.CloseOver", _nothing),
    (3600, "medassist.domain.scheduling.actions.roll_slots", "medassist.domain.scheduling.inputs.RollSlots", _nothing),
    (3600, "medassist.exchange.actions.forget_refused", "medassist.exchange.inputs.ForgetRefused", _a_month_ago),
    (
        3600,
        "medassist.domain.credentials.actions.remind_all",
        "medassist.domain.credentials.inputs.RemindAll",
        _nothing,
    ),
    (6 * 3600, "medassist.interfaces.web.actions.tidy", "medassist.interfaces.web.inputs.Tidy", _nothing),
)


@dataclass
class Line:
    """One line of the schedule. `last` is when it was last done, in the clock's seconds."""

    name: str
    every: float
    work: Callable[[], Any]
    last: float = field(default=float("-inf"))
    fails: int = 0


def lines() -> list[Line]:
    """The lines whose actions this installation has."""
    found = [
        Line("reports.given_up", 60, reports.given_up),
        Line("reports.rules_files", 3600, reports.rules_files),
        Line("reports.reviews", 6 * 3600, reports.reviews),
    ]
    for every, action, inputs, given in LINES:
        try:
            found.append(Line(action, every, _call(import_string(action), import_string(inputs), given)))
        except ImportError as error:
            log.warning("Not on the schedule: %s", error)
    return found


def _call(action: Callable[..., Any], inputs: Callable[..., Any], given: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: action(system_context("jobs"), inputs(**given()))


def sweep(schedule: list[Line], at: float) -> None:
    """Do what is due; one line's failure keeps no other from its turn, and it is tried again at its next."""
    for line in schedule:
        if at - line.last < line.every:
            continue
        line.last = at
        try:
            line.work()
            line.fails = 0
        except Exception:
            line.fails += 1
            log.exception("%s failed at %s", line.name, clock.now())
