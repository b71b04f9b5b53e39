"""Series of readings on the page: the ring of a second pressure, and the small tables of those that somebody began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from medassist.domain.vitals import queries as vitals
from medassist.interfaces.web.timer import Timer, timer
from medassist.ui import human
from medassist.ui.forms import Form

LABELS = {"systolic": "Systolic", "diastolic": "Diastolic", "pulse": "Pulse"}


@dataclass
class Box:
    """One field of a step."""

    name: str
    label: str
    value: str
    faults: list[str]
    doubts: list[str]
    confirmed: bool


@dataclass
class Line:
    """One step: what was measured, or the boxes for it."""

    label: str
    pressure: str
    pulse: str
    when: str
    change: str
    fell: bool
    preliminary: bool
    boxes: list[Box] = field(default_factory=list)


@dataclass
class Table:
    """One series as it stands."""

    id: UUID
    name: str
    how: str
    open: bool
    step: int
    said: str
    source: str
    pulse: bool
    lines: list[Line]
    timer: Timer | None

    @property
    def next(self) -> str:
        """The step that is measured next, as it is called."""
        return self.lines[min(self.step, len(self.lines) - 1)].label

    @property
    def call(self) -> str:
        """What is said when its next reading is due."""
        return f"{self.next}: measure now." if self.open else ""


def open_ones(series: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that still wait for a reading, the next due first."""
    return sorted((one for one in series if one["open"]), key=lambda one: one["due_at"])


def again(series: Iterable[Mapping[str, Any]], at: datetime) -> dict[str, Any] | None:
    """The ring: the second pressure that a raised one asked for; None while none is waited for."""
    one = next((one for one in series if one["asked"] and one["open"]), None)
    if one is None:
        return None
    since = next((step["at"] for step in reversed(one["steps"]) if step["at"]), one["begun_at"])
    rest = max(round((one["due_at"] - since).total_seconds()), 1)
    minutes, seconds = divmod(rest, 60)
    return {
        "id": one["id"], "seconds": rest, "rest": f"{minutes} min" if not seconds else f"{minutes}:{seconds:02d}",
        "first": one["steps"][0]["pressure"], "due": one["due_at"], "timer": timer(one, at),
    }  # fmt: skip


def mean(series: Iterable[Mapping[str, Any]]) -> str:
    """The mean of the pressures that were measured again, in words; "" while there is none."""
    one = next((one for one in series if one["asked"] and one["average"]), None)
    if one is None:
        return ""
    count, (minutes, seconds) = sum(bool(s["pressure"]) for s in one["steps"]), divmod(one["early"], 60)
    early = f", the rest was {minutes}:{seconds:02d} min short" if one["early"] else ""
    return "Mean of {} readings: {}/{}".format(count, *one["average"]) + early


def tables(series: Iterable[Mapping[str, Any]], form: Form, at: datetime) -> list[Table]:
    """The series that a person began, with boxes at the step that is next."""
    return [_table(one, form, at) for one in series if not one["asked"]]


def _table(one: Mapping[str, Any], form: Form, at: datetime) -> Table:
    mine = form if form.value("series") == str(one["id"]) else Form()
    return Table(
        one["id"], one["name"], one["how"], one["open"], one["step"], _said(one), one["source"]["text"],
        "pulse" in one["signs"], [_line(step, one, mine) for step in one["steps"]],
        timer(one, at) if one["open"] else None,
    )  # fmt: skip


def _line(step: Mapping[str, Any], one: Mapping[str, Any], form: Form) -> Line:
    line = Line(
        step["label"], step["pressure"], step["pulse"], _when(step), _change(step), bool(step["falls"]),
        step["preliminary"],
    )  # fmt: skip
    if one["open"] and step["number"] == one["step"]:
        line.boxes = [_box(sign, form) for sign in one["signs"]]
    return line


def _box(sign: str, form: Form) -> Box:
    typed = form[sign]
    return Box(sign, LABELS[sign], typed.value or "", typed.faults, typed.doubts, typed.confirmed)


def _when(step: Mapping[str, Any]) -> str:
    return f"{human.number(step['minutes'], 0)} min" if step["minutes"] is not None else ""


def _change(step: Mapping[str, Any]) -> str:
    """How far each sign is from the first reading: −22/−6, pulse +16."""
    change = step["change"]
    told = ["/".join(_signed(change[s]) for s in ("systolic", "diastolic") if s in change)]
    told += [f"pulse {_signed(change['pulse'])}"] if "pulse" in change else []
    return ", ".join(filter(None, told))


def _signed(value: Any) -> str:
    return human.change(value, "", 0).strip() if value else "0"


def _said(one: Mapping[str, Any]) -> str:
    """What became of it."""
    if one["outcome"] == "stopped":
        return f"Stopped: {one['reason']}"
    if one["average"]:
        return "Mean {}/{}".format(*one["average"])
    fell = {name for step in one["steps"] for name in step["falls"]}
    return "Fell on standing" if fell else "No fall of note" if one["outcome"] == "done" and not one["routine"] else ""


def begins(series: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The series that can be begun now, each with the key that begins it."""
    running = {one["key"] for one in series if one["open"]}
    keys = {"orthostatic": "o", "unattended-pressure": "r"}
    return [{**one, "letter": keys[one["key"]]} for one in vitals.begun_by_choice() if one["key"] not in running]
