"""One Observation from the rows that it shows: by the US Core profile of its sign, and the panel of a set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from medassist.codecs import units
from medassist.codecs.fhir import text
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.vitals.queries.base import local_day
from medassist.domain.vitals.rules.observation import LOINC, POSITION, SNOMED, UCUM
from medassist.domain.vitals.rules.signs import qualifier

Resource = dict[str, Any]
BASE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CATEGORIES = {"vital-signs": "Vital Signs", "survey": "Survey", "exam": "Exam"}
CUFF = {"system": LOINC, "code": "8358-4", "display": "Blood pressure device Cuff size"}
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
MEANING = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
NORMAL = {"coding": [{"system": MEANING, "code": "normal", "display": "Normal Range"}]}
PAIRS = {"systolic": "diastolic", "systolic_mean": "diastolic_mean"}
PANEL = rules.PANELS["vital-signs"]
PROFILES = {
    BASE,
    *(one.profile for one in rules.SIGNS.values()),
    *(one.get("profile", "") for one in rules.PANELS.values()),
} - {""}
"""All profiles by which signs are shown."""


def observation(id: UUID, rows: list[Reading], confirmed: bool, by: Resource | None) -> Resource:
    """The Observation of these rows: one sign, or those of one panel; `by` answers for it."""
    first, of = rows[0], rows[0].of
    status = _status(rows, confirmed)
    if sent := next((row.sent for row in rows if row.sent), None):
        told = text.value(sent.encode())
        return {"resourceType": "Observation", "id": str(id), **told, "status": status,
                "subject": {"reference": f"Patient/{of.patient_id}"}}  # fmt: skip
    sign = rules.sign(first.sign)
    return _full({
        **_frame(str(id), of, status, sign.category, by),
        "meta": {"profile": _profiles(sign)} if sign.category == "vital-signs" else None,
        "extension": _position(first),
        "code": _code(first),
        "issued": first.recorded_at.isoformat(),
        "interpretation": _judged(rows),
        "note": _notes(rows),
        "bodySite": _concept("site", first.body_site),
        "method": _method(first),
        "derivedFrom": [{"reference": f"Observation/{one}"} for one in first.qualifiers.get("from", ())],
        **_values(rows),
    })  # fmt: skip


def panel(groups: dict[UUID, list[Reading]], confirmed: bool, by: Resource | None) -> Resource:
    """The panel of a set, which lists the Observations that stand in it; it is known by the set's own key."""
    standing = {id: rows for id, rows in groups.items() if not _wrong(rows)}
    rows = [row for group in groups.values() for row in group]
    of = rows[0].of
    changed = "amended" if any(row.replaces_id for row in rows) else "final"
    status = "preliminary" if of.status == "preliminary" and not confirmed else changed
    return _full({
        **_frame(str(of.pk), of, status if standing else "entered-in-error", "vital-signs", by),
        "meta": {"profile": [PANEL["profile"], BASE]},
        "code": {"coding": [_coded(LOINC, PANEL["code"], PANEL["display"])], "text": PANEL["text"]},
        "issued": max(row.recorded_at for row in rows).isoformat(),
        "note": [{"text": of.note}] if of.note else None,
        "hasMember": [{"reference": f"Observation/{id}"} for id in standing or groups],
    })  # fmt: skip


def _frame(id: str, of: VitalSet, status: str, category: str, by: Resource | None) -> Resource:
    """What all Observations of a set have in common."""
    return {
        "resourceType": "Observation",
        "id": id,
        "status": status,
        "category": [{"coding": [_coded(CATEGORY, category, CATEGORIES[category])]}],
        "subject": {"reference": f"Patient/{of.patient_id}"},
        "encounter": {"reference": f"Encounter/{of.visit_id}"} if of.visit_id else None,
        "effectiveDateTime": of.taken_at.isoformat(),
        "performer": [by] if by else None,
        "device": _device(of),
    }


def _full(made: Resource) -> Resource:
    return {name: value for name, value in made.items() if value not in (None, [])}


def _device(of: VitalSet) -> Resource | None:
    """What measured: the office's own device, or what the sender called it."""
    if of.instrument_id:
        return {"reference": f"Device/{of.instrument_id}", "display": of.device or str(of.instrument)}
    return {"display": of.device} if of.device else None


def _profiles(sign: rules.Sign) -> list[str]:
    own = sign.profile or rules.PANELS.get(sign.panel, {}).get("profile", "")
    return [one for one in (own, BASE) if one]


def _status(rows: list[Reading], confirmed: bool) -> str:
    """Entered in error when something replaced it; amended when it replaces something; else as sure as its set."""
    if _wrong(rows):
        return "entered-in-error"
    if rows[0].of.status == "preliminary" and not confirmed:
        return "preliminary"
    return "amended" if any(row.replaces_id for row in rows) else "final"


def _wrong(rows: list[Reading]) -> bool:
    return any(hasattr(row, "replaced_by") for row in rows)


def _code(row: Reading) -> Resource:
    """The code of a sign, or of the panel in which it is shown."""
    sign = rules.sign(row.sign)
    panel = rules.PANELS.get(sign.panel, {})
    if "code" in panel:
        return {"coding": [_coded(LOINC, panel["code"], panel["display"])], "text": panel["text"]}
    lying = row.sign == "height" and row.position in ("lying", "supine")
    codings = [
        _coded(LOINC, one["code"], one["display"])
        for one in sign.codes
        if one is sign.codes[0] or one.get("beside") or lying and one.get("written_when_lying")
    ]
    return {"coding": codings, "text": "Body length" if lying else sign.label}


def _coded(system: str, code: str, display: str) -> Resource:
    return {"system": system, "code": code, "display": display}


def _values(rows: list[Reading]) -> Resource:
    """The value of a sign, or the components of a panel."""
    first = rows[0]
    sign = rules.sign(first.sign)
    cuff = _cuff(first)
    if "code" in (panel := rules.PANELS.get(sign.panel, {})):
        absent = [name for name in panel["needed"] if name not in {row.sign for row in rows}]
        return {"component": [*(_component(row) for row in rows), *(_absent(name) for name in absent), *cuff]}
    found = _value(first)
    more = [*(_component(row) for row in rows[1:]), *cuff]
    return {**found, "component": more} if more else found


def _component(row: Reading) -> Resource:
    return {**_named(row.sign), **_value(row)}


def _absent(name: str) -> Resource:
    """A part that the profile asks for and that nobody recorded."""
    return {**_named(name), "dataAbsentReason": {"coding": [_coded(ABSENT, "unknown", "Unknown")]}}


def _named(name: str) -> Resource:
    sign = rules.sign(name)
    return {"code": {"coding": [_coded(LOINC, sign.code, sign.display)], "text": sign.label}}


def _value(row: Reading) -> Resource:
    """What was found, with the range that is usual at this age beside it."""
    if row.coded:
        return {"valueCodeableConcept": _concept(row.sign, row.coded)}
    if row.on is not None:
        return {"valueDateTime": row.on.isoformat()}
    value, unit = _allowed(row)
    ranges = _ranges(row, unit)
    return {"valueQuantity": _quantity(value, unit, known=row.standard is not None),
            **({"referenceRange": ranges} if ranges else {})}  # fmt: skip


def _quantity(value: Decimal | None, unit: str, known: bool = True) -> Resource:
    made: Resource = {"value": _figure(value), "unit": units.shown(unit) or unit}
    return {**made, "system": UCUM, "code": unit} if known else made


def _allowed(row: Reading) -> tuple[Decimal | None, str]:
    """Value and unit as the profile allows them: ounces, stones and kilopascals are shown in the sign's own unit."""
    sign = rules.sign(row.sign)
    if row.standard is None or not sign.bound or row.unit in sign.bound:
        return row.value, row.unit
    return row.standard, sign.standard


def _ranges(row: Reading, unit: str) -> list[Resource]:
    """The range that a source calls normal at this age, in the unit of the value."""
    found = rules.normal(row.sign, _years(row))
    if found is None or row.standard is None:
        return []
    sign = rules.sign(row.sign)
    ends = (units.convert(end, sign.standard, unit, sign.places) for end in (found.low, found.high))
    low, high = (_quantity(end, unit) for end in ends)
    ages = {"low": {"value": found.from_years, "unit": "years", "system": UCUM, "code": "a"}}
    if found.to_years is not None:
        ages["high"] = {"value": found.to_years, "unit": "years", "system": UCUM, "code": "a"}
    said = f"{found.source['text']} ({found.source['citation']})"
    return [{"low": low, "high": high, "type": NORMAL, "age": ages, "text": said}]


def _years(row: Reading) -> float | None:
    return rules.years(row.of.patient.birth_date, local_day(row.taken_at))


def _figure(value: Decimal | None) -> Decimal | int | None:
    """A whole number without a point, as everybody writes it."""
    if value is not None and value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    return value


def _judged(rows: list[Reading]) -> list[Resource] | None:
    """HL7's interpretation of what stands beside the value on our screens."""
    first, years = rows[0], _years(rows[0])
    by_sign = {row.sign: row.standard for row in rows}
    for upper, lower in PAIRS.items():
        if first.sign in (upper, lower):
            return rules.interpretation(rules.judge_pressure(by_sign.get(upper), by_sign.get(lower), years))
    if first.standard is None:
        return None
    oxygen = bool(by_sign.get("oxygen_flow"))
    standard = rules.sign(first.sign).standard
    return rules.interpretation(rules.judge(first.sign, first.standard, standard, years, oxygen=oxygen))


def _concept(kind: str, key: str) -> Resource | None:
    """A qualifier as a concept: with its SNOMED code where there is one, else in words."""
    if not key:
        return None
    found = qualifier(kind, key)
    if found is None:
        return {"text": key}
    coding = [_coded(found.get("system", SNOMED), found["code"], found["display"])] if "code" in found else []
    return {"coding": coding, "text": found["word"]} if coding else {"text": found["word"]}


def _position(row: Reading) -> list[Resource] | None:
    concept = _concept("position", row.position)
    return [{"url": POSITION, "valueCodeableConcept": concept}] if concept else None


def _method(row: Reading) -> Resource | None:
    """How it was measured; of a percentile, the reference in which the child stands."""
    told = row.qualifiers.get("reference")
    corrected = ", by corrected age" if "corrected" in row.qualifiers else ""
    return {"text": f"{rules.reference(told)} growth reference{corrected}"} if told else _concept("method", row.method)


def _cuff(row: Reading) -> list[Resource]:
    concept = _concept("cuff", row.qualifiers.get("cuff", ""))
    return [{"code": {"coding": [CUFF], "text": "Cuff"}, "valueCodeableConcept": concept}] if concept else []


def _notes(rows: list[Reading]) -> list[Resource] | None:
    """What has no element of its own: how it was taken, why it was corrected, what was asked about it."""
    first, of = rows[0], rows[0].of
    said = [
        rules.qualifier_word(kind, first.qualifiers[kind])
        for kind in ("rhythm", "oxygen", "clothing", "pain_scale", "note")
        if kind in first.qualifiers
    ]
    said += _computed(first)
    said += [f"Given as {_figure(row.value)} {units.shown(row.unit)}" for row in rows if _allowed(row)[1] != row.unit]
    said += [f"Corrected: {row.reason}" for row in rows[:1] if row.replaces_id]
    said += [
        f"{'Reported as' if of.status == 'preliminary' else 'Confirmed'}: {why}" for row in rows for why in row.doubts
    ]
    said += [of.note] if of.note else []
    return [{"text": words} for words in said] or None


def _computed(row: Reading) -> list[str]:
    """What a computed value rests on, as far as no element tells it."""
    told = row.qualifiers
    if "z" in told:
        return [f"{told['measure'].capitalize()}, {rules.reference(told['reference'])}: z-score {told['z']}"]
    return [f"Mean of {told['count']} readings"] if "count" in told else []
