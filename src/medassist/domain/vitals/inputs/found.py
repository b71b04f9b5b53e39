"""One sign as it was found, and what a whole set of them must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.kernel.inputs import Inputs

SignName = Literal[tuple(rules.SIGNS)]  # type: ignore[valid-type]
Word = Annotated[str, Field(max_length=200)]


def _number(value: Any) -> Any:
    """A finite number, or why it is none in our own words."""
    return None if value is None else units.number(value)


Number = Annotated[Decimal | None, BeforeValidator(_number)]


class Found(BaseModel):
    """One sign: a value in its own UCUM unit, a day, or one of its answers; and how it was measured."""

    model_config = Inputs.model_config

    sign: SignName  # type: ignore[valid-type]
    value: Number = None
    unit: Annotated[str, Field(max_length=100)] = ""
    on: date | None = None
    """The day, where the sign is a day."""
    coded: Annotated[str, Field(max_length=40)] = ""
    """The key of the answer, where the sign is one of a list."""
    ordinal: Annotated[int, Field(ge=1, le=99)] = 1
    """1, or 2 and so on where a sign was measured again."""
    body_site: Word = ""
    method: Word = ""
    position: Word = ""
    qualifiers: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200)]] = {}
    sent: dict[str, Any] | None = None
    """The FHIR Observation that told it, as it came: it is shown again with what this office knows of it."""

    @model_validator(mode="before")
    @classmethod
    def _code(cls, data: Any) -> Any:
        """A unit as people write it becomes its code; one that is not known is told of later, beside its sign."""
        if isinstance(data, dict) and isinstance(data.get("unit"), str):
            try:
                return {**data, "unit": units.code(data["unit"])}
            except units.UnknownUnit:
                return data
        return data

    @property
    def field(self) -> str:
        """The name by which a fault or doubt speaks of it: its sign, with the number when it was measured again."""
        return self.sign if self.ordinal == 1 else f"{self.sign}.{self.ordinal}"

    @property
    def quantity(self) -> units.Quantity:
        """Value and unit."""
        assert self.value is not None
        return units.Quantity(self.value, self.unit)

    @property
    def standard(self) -> Decimal | None:
        """The value in the unit in which this sign is compared."""
        return None if self.value is None else rules.in_standard(self.sign, self.value, self.unit)


def faults(found: Iterable[Found], today: date) -> dict[str, list[str]]:
    """Why these can't be so, by field."""
    told: dict[str, list[str]] = {}
    found = list(found)
    for one in found:
        if why := _one(one, today):
            told[one.field] = why
    for (sign, ordinal), times in Counter((one.sign, one.ordinal) for one in found).items():
        if times > 1:
            told.setdefault(sign, []).append(f"{rules.sign(sign).label} stands here twice as number {ordinal}.")
    for pair in pressures(found).values():
        if not told.keys() & {one.field for one in pair} and (odd := _pair(*pair)):
            told[pair[0].field] = [odd]
    return told


def _one(one: Found, today: date) -> list[str]:
    sign = rules.sign(one.sign)
    if sign.date:
        if one.on is None or one.value is not None:
            return [f"{sign.label} is a day."]
        return ["This day is still to come."] if one.on > today else []
    if sign.coded:
        known = one.coded in rules.answers(one.sign) and one.value is None and one.on is None
        return [] if known else [f"{sign.label} is one of: {', '.join(rules.answers(one.sign).values())}."]
    if one.value is None or one.on is not None or one.coded:
        return [f"{sign.label} needs a number."]
    return rules.faults(one.sign, one.value, one.unit)


def pressures(found: Iterable[Found]) -> dict[int, tuple[Found, Found]]:
    """Upper and lower pressure of each reading that has both."""
    parts: dict[int, dict[str, Found]] = {}
    for one in found:
        if one.sign in ("systolic", "diastolic"):
            parts.setdefault(one.ordinal, {})[one.sign] = one
    return {n: (p["systolic"], p["diastolic"]) for n, p in parts.items() if len(p) == 2}


def _pair(upper: Found, lower: Found) -> str:
    assert upper.standard is not None and lower.standard is not None
    return rules.pair_fault(upper.standard, lower.standard)
