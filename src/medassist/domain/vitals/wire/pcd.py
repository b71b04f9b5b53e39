"""Vital signs as devices send them: HL7 v2 ORU^R01 by IHE PCD-01, in MDC or LOINC codes, read and nothing decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from medassist.codecs import units
from medassist.codecs.hl7v2 import Fault, Message, Segment
from medassist.domain.vitals import rules
from medassist.domain.vitals.inputs import Found, Group, ReceiveVitals, Sent, Told
from medassist.domain.vitals.inputs.found import faults
from medassist.domain.vitals.rules import devices
from medassist.domain.vitals.rules.data import data
from medassist.kernel import clock

PRESSURES = ("systolic", "diastolic", "mean_pressure")
NUMERIC = ("NM", "SN", "ST", "TX", "")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.\d+)?)?([+-]\d{4})?", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)\d*(?:\.\d+)?(?:[+-]\d{4})?", re.ASCII)


class Unreadable(ValueError):
    """What is wrong with a message, and where in it."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__("; ".join(one.text for one in found))
        self.faults = tuple(found)


@dataclass(slots=True)
class _Value:
    """One value of a message: what it says, and which OBX it is."""

    number: int
    sign: dict[str, Any]
    channel: str
    said_at: datetime | None
    corrects: bool
    value: str = ""
    unit: str = ""


def mine(message: Message) -> bool:
    """Whether a message says of itself that a device made it: by its profile, or by its codes."""
    if "PCD" in message.head.raw(21):
        return True
    return any(system == "MDC" for one in message.all("OBX") for _, _, system in _codings(one, 3))


def names(message: Message) -> tuple[str, ...]:
    """By which names the whole message speaks of its device."""
    return _device(message.head, message.segments)


def read(message: Message, received: UUID, own: Callable[[], frozenset[str]] = frozenset) -> Sent | None:
    """What a message tells; None when it holds no sign known here, Unreadable when a part of it can't be read.

    `own` tells the names of this office as an authority of numbers; it is asked where a message names one. Nothing is
    left out because it is odd: a value that can't be read makes the whole message an error, as half a set is another
    set.
    """
    reader = _Reader(message, own)
    groups = [group for group in reader.groups() if group is not None]
    if reader.faults:
        raise Unreadable(reader.faults)
    sent = reader.time(message.head, 7, 1)
    if reader.faults:
        raise Unreadable(reader.faults)
    return Sent(received=received, sent_at=sent, groups=groups) if groups else None


def from_hl7(group: Group, part: int = 0, **more: Any) -> ReceiveVitals:
    """One set of a group as the same inputs that FHIR would give for it, once patient and time are known."""
    told = group.told[part]
    return ReceiveVitals.of(**{"found": told.found, "device": group.device_said or "a device", **more})


class _Reader:
    """Reads one message and notes what is wrong in it."""

    def __init__(self, message: Message, own: Callable[[], frozenset[str]]) -> None:
        self.message = message
        self.own = own
        self.faults: list[Fault] = []
        self._part = 0
        self._place = {id(one): n for name in ("OBX", "OBR", "PID") for n, one in enumerate(message.all(name), 1)}

    def wrong(self, condition: str, text: str, segment: Segment, field: int) -> Any:
        """Note a fault with its place; None, as there is no value."""
        self.faults.append(Fault(condition, text, (segment.name, self._place.get(id(segment), 1), field)))
        return None

    def groups(self) -> Iterator[Group | None]:
        """Each OBR with the patient and the place that stand before it."""
        person: dict[str, Any] = {}
        room: tuple[str, ...] = ()
        for run in self.message.groups("PID", "PV1", "OBR"):
            first = run[0]
            if first.name == "PID":  # another patient begins: nothing of the one before is theirs
                person, room = self._person(first), ()
            elif first.name == "PV1":
                room = tuple(dict.fromkeys(text for n in (2, 3, 1) if (text := first.get(3, n).strip())))
            else:
                yield self._group(first, run, person, room)

    def _person(self, segment: Segment) -> dict[str, Any]:
        numbers: list[str] = []
        strange: list[str] = []
        for one in segment.repetitions(3):
            number, authority, kind = (_at(one, 0), _at(one, 3), _at(one, 4))
            ours = not authority or bool(self.own() & {part.casefold() for part in authority.split("&") if part})
            if number:
                (numbers if ours and kind in data("devices")["number_types"] else strange).append(number)
        name = next(iter(segment.repetitions(5)), [])
        return {
            "numbers": numbers, "strange": strange, "family": _at(name, 0).split("&")[0], "given": _at(name, 1),
            "born": self._day(segment, 7),
        }  # fmt: skip

    def _day(self, segment: Segment, field: int) -> date | None:
        text = segment.get(field)
        if not text.strip("0"):  # monitors write 00000000 where nobody typed a date
            return None
        try:
            if match := _DAY.fullmatch(text):
                return date(*(int(part) for part in match.groups()))
        except ValueError:
            pass  # a thirteenth month
        return self.wrong("102", f"{text[:20]} is not a day.", segment, field)

    def _group(self, order: Segment, run: list[Segment], person: dict[str, Any], room: tuple[str, ...]) -> Group | None:
        before = len(self.faults)
        at = self.time(order, 7)
        values = [found for one in run if one.name == "OBX" and (found := self._value(one, at)) is not None]
        if not values or len(self.faults) > before:
            return None
        sets: dict[Any, list[_Value]] = {}
        for one in values:
            sets.setdefault((one.said_at, one.corrects), []).append(one)
        told = [self._told(key, of) for key, of in sets.items()]
        if len(self.faults) > before:
            return None
        named = _device(self.message.head, run)
        said = named[0] if named else " ".join(part for part in self.message.sender if part)
        return Group(device=named, device_said=said, room=room, told=told, **person)

    def time(self, segment: Segment, field: int, component: int = 1) -> datetime | None:
        """A moment, without a zone where none is told; a moment that can't be is a fault."""
        text = segment.get(field, component)
        if not text:
            return None
        try:
            if match := _TIME.fullmatch(text):
                return _moment(match)
        except ValueError:
            pass  # the 25th hour
        return self.wrong("102", f"{text[:30]} is not a moment.", segment, field)

    # -- one value

    def _value(self, one: Segment, at: datetime | None) -> _Value | None:
        """A value that is a vital sign known here; None for all that is not, or that has no value."""
        status = data("devices")["status"]
        said = one.get(11)
        if said in status["none"] or not one.raw(5):
            return None
        try:
            sign = devices.sign_of(_codings(one, 3))
        except devices.Contradiction as why:
            return self.wrong("103", str(why), one, 3)
        if sign is None or rules.sign(sign["sign"]).date or rules.sign(sign["sign"]).computed:
            return None
        if said not in (*status["value"], *status["corrects"]):
            return self.wrong("103", f"{said[:10]} says nothing of whether this value counts.", one, 11)
        value, unit = self._number(one), self._unit(one)
        own = self.time(one, 14) or at
        channel = ".".join(one.get(4).split(".")[:-1])
        return _Value(
            self._place[id(one)], sign, channel, own, said in status["corrects"], value or "", unit or ""
        )  # fmt: skip

    def _number(self, one: Segment) -> str | None:
        kind, text = one.get(2), one.get(5)
        if kind == "SN":  # comparator ^ number ^ separator ^ number
            sole = one.get(5, 1) in ("", "=") and not one.get(5, 3)
            text = one.get(5, 2) if sole else f"{one.raw(5)}"
        if kind not in NUMERIC or len(one.repetitions(5)) != 1:
            return self.wrong("102", f"A number is needed here, not {kind or 'several values'}.", one, 5)
        try:
            units.number(text)
        except units.UnitError as why:
            return self.wrong("102", str(why), one, 5)
        return text.strip()

    def _unit(self, one: Segment) -> str | None:
        try:
            return devices.unit_of(_codings(one, 6)) if one.raw(6) else self.wrong("101", "A unit is missing.", one, 6)
        except (units.UnitError, devices.Contradiction) as why:
            return self.wrong("103", str(why), one, 6)

    # -- one set

    def _told(self, key: tuple[datetime | None, bool], values: list[_Value]) -> Told | None:
        self._part += 1
        found = [
            Found(value=one.value, unit=one.unit, ordinal=ordinal, **one.sign)
            for one, ordinal in zip(values, _ordinals(values), strict=True)
        ]
        places = {one.field: value.number for one, value in zip(found, values, strict=True)}
        for field, whys in faults(found, clock.now().date()).items():
            where = ("OBX", places.get(field, values[0].number), 5)
            self.faults += [Fault("102", f"{rules.sign(field.split('.')[0]).label}: {why}", where) for why in whys]
        return Told(part=self._part, said_at=key[0], corrects=key[1], found=found)


def _ordinals(values: list[_Value]) -> Iterator[int]:
    """The number of each value among those of its sign; pressures of one channel are numbered together."""
    seen: dict[tuple[str, str], int] = {}
    cuffs: list[tuple[str, int]] = []
    for one in values:
        name = one.sign["sign"]
        place = one.channel if name in PRESSURES else ""
        count = seen[name, place] = seen.get((name, place), 0) + 1
        if name not in PRESSURES:
            yield count
            continue
        if (place, count) not in cuffs:
            cuffs.append((place, count))
        yield cuffs.index((place, count)) + 1


def _codings(segment: Segment, field: int) -> list[tuple[str, str, str]]:
    """A coded field's code, text and system, and those of its alternate."""
    parts = [segment.get(field, n) for n in range(1, 7)]
    first, second = (parts[0], parts[1], parts[2].upper()), (parts[3], parts[4], parts[5].upper())
    return [one for one in (first, second) if one[0] or one[1]]


def _device(head: Segment, segments: list[Segment]) -> tuple[str, ...]:
    """How a message, or a group of it, names the device."""
    found = []
    for name, field, component in data("devices")["identify"]:
        for one in [head] if name == "MSH" else [s for s in segments if s.name == name]:
            found += [text.strip() for rep in one.repetitions(field) if (text := _at(rep, component - 1)).strip()]
    return tuple(dict.fromkeys(text[:200] for text in found))[:20]


def _at(parts: list[str], place: int) -> str:
    text = parts[place] if place < len(parts) else ""
    return "" if text == '""' else text.strip()[:200]


def _moment(match: re.Match[str]) -> datetime:
    *parts, seconds, zone = match.groups()
    at = datetime(*(int(part) for part in (*parts, seconds or 0)))  # type: ignore[arg-type]  # noqa: DTZ001 - as told
    if zone is None:
        return at
    away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return at.replace(tzinfo=timezone(-away if zone[0] == "-" else away)).astimezone(UTC)
