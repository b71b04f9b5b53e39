"""The grid of vital signs on the page: what is recorded, what is typed and not yet taken, what was before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from medassist.codecs import units
from medassist.domain.people import queries as people
from medassist.domain.vitals import queries as vitals
from medassist.interfaces.web.rooming import series as rounds
from medassist.interfaces.web.timer import timer
from medassist.ui import human
from medassist.ui.forms import Form

PRESSURE = "blood_pressure"
URGENT = "urgent-care"
# the other unit of a sign, shown by one key; values are stored by the code they were measured in
OTHER = {"temperature": ("[degF]", "Cel"), "weight": ("[lb_av]", "kg"), "height": ("[in_i]", "cm"),
         "head_circumference": ("[in_i]", "cm")}  # fmt: skip
MEANT = re.compile(r"Did you mean ([\d.,/]+)\?")
LABELS = {"site": "Where", "method": "How", "position": "Position", "oxygen": "Oxygen", "rhythm": "Rhythm",
          "clothing": "Clothing", "cuff": "Cuff", "pain_scale": "Scale"}  # fmt: skip


@dataclass
class Box:
    """One field of the grid."""

    name: str
    label: str
    value: str = ""
    first: bool = False
    mode: str = "decimal"
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    confirmed: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    here: bool = False
    """Whether the page opens with the focus in it."""

    @property
    def id(self) -> str:
        """The element's id."""
        return self.name.replace(".", "-")

    @property
    def said(self) -> bool:
        """Whether there is something to say under it."""
        return bool(self.faults or self.doubts)

    @property
    def meant(self) -> str:
        """What was probably meant, where the rules propose it: one press puts it in."""
        found = MEANT.search(" ".join([*self.faults, *self.doubts]))
        return found[1] if found and "/" not in found[1] else ""


@dataclass
class Line:
    """One line of the grid."""

    key: str
    label: str
    unit: str
    state: str = "none"
    word: str = ""
    source: str = ""
    boxes: list[Box] = field(default_factory=list)
    now: str = ""
    readings: list[Any] = field(default_factory=list)
    retake: str = ""
    before: list[str] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    band: Any = None
    how: list[dict[str, Any]] = field(default_factory=list)
    how_word: str = ""
    second: bool = False
    computed: bool = False
    other: str = ""
    device: str = ""
    """What measured it, while nobody has confirmed it."""


@dataclass
class Grid:
    """The table, when and by whom, and what the office asks to measure again."""

    lines: list[Line]
    days: list[date]
    system: str
    sets: list[dict[str, Any]]
    again: dict[str, Any] | None = None
    replaced: list[dict[str, Any]] = field(default_factory=list)
    series: list[Any] = field(default_factory=list)
    begins: list[dict[str, str]] = field(default_factory=list)
    waits: Any = None
    mean: str = ""
    timer: Any = None
    more: bool = False
    news: Any = None

    @property
    def taken(self) -> datetime | None:
        """When the newest set of this visit was taken."""
        return self.sets[0]["taken_at"] if self.sets else None

    @property
    def by(self) -> str:
        """Who took it."""
        return self.sets[0]["by_name"] if self.sets else ""

    @property
    def state(self) -> str:
        """For the rail: done, something presses, or nothing was measured."""
        if self.timer or self.waits:
            return "watch"
        return "good" if self.sets else "none"

    @property
    def sub(self) -> str:
        """For the rail, in words."""
        count = sum(bool(line.now) for line in self.lines if not line.computed)
        return "confirm them" if self.waits else f"{count} recorded" if self.sets else "not measured yet"

    @property
    def trends(self) -> bool:
        """Whether any sign has a line to draw."""
        return any(len(line.points) > 1 for line in self.lines)

    @property
    def boxes(self) -> bool:
        """Whether anything can still be typed."""
        return any(line.boxes for line in self.lines)


@dataclass
class Look:
    """How the grid is asked for: what was typed, what is measured again, in which units, with which signs."""

    form: Form = field(default_factory=Form)
    series: Form = field(default_factory=Form)
    retake: str = ""
    system: str = "usual"
    more: bool = False
    focus: str = ""


def grid(visit: Any, look: Look, at: datetime, profile: str = "") -> Grid:
    """The grid of one visit: recorded values as text, the rest as boxes with what was typed."""
    more = look.more or profile == URGENT
    told = vitals.grid(visit.patient_id, visit.pk, more=more)
    sets, series = vitals.for_visit(visit.pk), vitals.of_visit(visit.pk)
    alerts = people.alerts(visit.patient_id)[visit.patient_id]
    barred = vitals.barred_by(alerts)
    made = Grid(
        [], [day for day, _ in told[0]["previous"]] if told else [], look.system, sets, rounds.again(series, at),
        [{**one, "set": s} for s in sets for one in s["replaced"]], more=more,
    )  # fmt: skip
    open = visit.ended_at is None
    made.lines = [line for one in told for line in _lines(one, look, open, bool(made.again), barred)]
    made.series, made.mean = rounds.tables(series, look.series, at), rounds.mean(series)
    made.begins = rounds.begins(series) if open else []
    made.timer = next((timer(one, at) for one in rounds.open_ones(series)), None)
    made.waits = _waits(told, sets) if open else None
    made.news = vitals.news2(told, sets[0]["years"] if sets else None, alerts)
    _first(made, look.focus)
    return made


def _first(made: Grid, focus: str) -> None:
    """The box to which the number of the step leads; the one that is due where the page was opened for it."""
    boxes = [(line, box) for line in made.lines for box in line.boxes]
    if boxes:
        boxes[0][1].first = True
    due = next((box for line, box in boxes if line.second), None)
    if focus == "due" and due:
        due.here = True


def _waits(told: list[dict[str, Any]], sets: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What a device sent and nobody has confirmed yet; None when there is nothing."""
    waiting = [one for one in sets if one["preliminary"]]
    if not waiting:
        return None
    names = dict.fromkeys(one["device"] for one in waiting if one["device"])
    count = sum(row["method"] != "computed" for one in waiting for row in one["readings"])
    return {"from": " and ".join(names) or "A device", "count": count, "at": waiting[0]["taken_at"]}


def _lines(one: Mapping[str, Any], look: Look, open: bool, repeats: bool, barred: Mapping[str, str]) -> list[Line]:
    key, again = one["key"], one["again"]
    main = _line(one, look.system)
    if (not one["now"] or look.retake == key) and open and not one["computed"]:
        main.boxes = [_box(box, look.form) for box in one["boxes"]]
        main.how = _hows(one, look.form, barred)
    found = [main]
    if again and (again["now"] or repeats or look.form.value("systolic.2")) and one["now"] and look.retake != key:
        found.append(_second(one, look.form, open, barred))
    return found


def _line(one: Mapping[str, Any], system: str) -> Line:
    judged, key = one["judged"], one["key"]
    usual, other = OTHER.get(key, ("", ""))
    swap = system == "other" and bool(other)
    return Line(
        key, one["label"], units.shown(other) if swap else one["unit"],
        judged["state"] if judged else "none", judged["word"] if judged else one["note"],
        _source(judged), now=converted(one["now"], usual, other) if swap else one["now"], readings=one["readings"],
        retake="" if one["computed"] else key,
        before=[converted(text, usual, other) if swap else text for _, text in one["previous"]],
        points=one["spark"], band=one["band"], how_word=one["how"], computed=one["computed"],
        other=units.shown(usual if swap else other) if other else "",
        device=(one["device"] or "a device") if one["preliminary"] else "",
    )  # fmt: skip


def _source(judged: Mapping[str, Any] | None) -> str:
    source = judged["source"] if judged else {}
    return ", ".join(filter(None, (source.get("name") or source.get("title", ""), source.get("as_of", ""))))


def _second(one: Mapping[str, Any], form: Form, open: bool, barred: Mapping[str, str]) -> Line:
    again = one["again"]
    judged = again["judged"]
    line = Line(
        "again", "again", one["unit"], judged["state"] if judged else "none", judged["word"] if judged else "",
        now=again["now"], before=[""] * len(one["previous"]), second=True,
        device=(again["device"] or "a device") if again["preliminary"] else "",
    )  # fmt: skip
    if not again["now"] and open:
        line.boxes = [_box(box, form, "second ") for box in again["boxes"]]
        line.how = _hows({**one, "boxes": again["boxes"]}, form, barred)
    return line


def _box(told: Mapping[str, Any], form: Form, before: str = "") -> Box:
    typed = form[told["name"]]
    return Box(
        told["name"], f"{told['label']}, second" if before else told["label"], typed.value or "", mode=told["mode"],
        faults=typed.faults, doubts=typed.doubts, confirmed=typed.confirmed,
        options=[("", "–"), *told["options"].items()] if told["options"] else [],
    )  # fmt: skip


def _hows(one: Mapping[str, Any], form: Form, barred: Mapping[str, str]) -> list[dict[str, Any]]:
    """The most telling choice of how it was measured: the arm, the place, the air."""
    main = one["boxes"][0]["name"]
    for kind, words in one["hows"].items():
        if kind != "position":
            name = f"{main}.{kind}"
            if kind == "site" and one["key"] == PRESSURE:
                words = {key: f"{word}, not here" if key in barred else word for key, word in words.items()}
            return [{
                "name": name, "id": name.replace(".", "-"), "label": f"{LABELS.get(kind, kind)}: {one['label']}",
                "options": [("", "–"), *words.items()], "value": form.value(name) or _usual(one, kind, barred),
            }]  # fmt: skip
    return []


def _usual(one: Mapping[str, Any], kind: str, barred: Mapping[str, str]) -> str:
    """What is chosen before anybody chose: where the first was measured, and never an arm that an alert bars."""
    if one["key"] != PRESSURE or kind != "site":
        return ""
    before = one["said"].get("site", "")
    return before if before and before not in barred else vitals.free_arm(barred)


def converted(text: str, usual: str, other: str) -> str:
    """A figure of the office's unit in the other one; what is no plain figure stays."""
    try:
        return human.number(units.convert(Decimal(text.replace(",", "")), usual, other, 1)) if text else text
    except (InvalidOperation, units.UnitError):
        return text


def typed(post: Mapping[str, Any], system: str) -> Any:
    """What was typed, with the unit behind each figure where the page showed the other unit."""
    if system != "other" or not hasattr(post, "copy"):
        return post
    told = post.copy()
    for sign, (_, other) in OTHER.items():
        text = (post.get(sign) or "").strip()
        if text and text.replace(".", "", 1).isdigit():
            told[sign] = f"{text} {other}"
    return told
