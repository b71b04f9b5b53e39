"""The signs: names, codes, units, what may be said of how each was measured, and how the office writes a value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from medassist.codecs import units
from medassist.domain.vitals.rules.data import data

SCORE = "{score}"


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign. `said` stands inside a sentence; `standard` is the unit in which values are compared."""

    name: str
    label: str
    said: str
    standard: str
    office: str
    units: tuple[str, ...]
    places: int
    codes: tuple[dict[str, Any], ...]
    panel: str
    profile: str
    category: str
    date: bool
    coded: bool
    computed: bool
    grid: bool
    for_years_to: float | None
    shown_unit: str
    bound: tuple[str, ...] = ()
    """The units that its profile allows; empty: its own."""
    measures: tuple[str, ...] = ()
    """The measures of growth whose percentile this is."""
    of: str = ""
    """The sign beside which a percentile is shown."""

    @property
    def code(self) -> str:
        """The LOINC code that is written."""
        return self.codes[0]["code"]

    @property
    def display(self) -> str:
        """LOINC's name of that code."""
        return self.codes[0]["display"]


def _sign(one: dict[str, Any]) -> Sign:
    office = one.get("office", "")
    return Sign(
        one["sign"], one["label"], one["said"], one.get("standard", ""), office, tuple(one.get("units", ())),
        one.get("places", 0), tuple(one["codes"]), one.get("panel", ""), one.get("profile", ""),
        one.get("category", "vital-signs"), one.get("date", False), one.get("coded", False),
        one.get("computed", False), one.get("grid", True),
        one.get("for_years_to"), one.get("shown_unit") or (units.shown(office) if office else ""),
        tuple(one.get("bound", ())), tuple(one.get("measures", ())), one.get("of", ""),
    )  # fmt: skip


SIGNS: dict[str, Sign] = {one["sign"]: _sign(one) for one in data("signs")["signs"]}
PANELS: dict[str, dict[str, Any]] = data("signs")["panels"]


def sign(name: str) -> Sign:
    """A sign by its name; KeyError when there is none."""
    return SIGNS[name]


@cache
def by_code() -> dict[str, tuple[Sign, dict[str, Any]]]:
    """LOINC code to the sign and what the code says beside the value."""
    return {code["code"]: (one, code) for one in SIGNS.values() for code in one.codes}


def in_standard(name: str, value: Decimal, unit: str) -> Decimal:
    """A value in the unit in which this sign is compared; UnitError when the unit does not fit."""
    return units.convert(value, unit, SIGNS[name].standard)


def in_office(name: str, value: Decimal, unit: str) -> Decimal:
    """A value in the unit the office shows, rounded as the office writes it."""
    one = SIGNS[name]
    return units.convert(value, unit, one.office, one.places)


def office_text(name: str, value: Decimal | None, unit: str) -> str:
    """A value as the office writes it, without its unit: 98.4, 187.6, 64.5, 148; a unit that does not fit stays."""
    if value is None:
        return ""
    try:
        return _plain(in_office(name, value, unit), SIGNS[name].places)
    except units.UnitError:
        return f"{_plain(value, 2)} {units.shown(unit)}".strip()


def _plain(value: Decimal, places: int) -> str:
    text = f"{units.number(value):,.{places}f}" if places < 2 else f"{value:,.{places}f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def bmi(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """Kilograms over square meters, to two decimals."""
    meters = height_cm / 100
    return units.convert(weight_kg / (meters * meters), "kg/m2", "kg/m2", 2)


def answers(name: str) -> dict[str, str]:
    """The answers of a sign that is one of a list: key to word; none for a sign that is a number or a day."""
    return _words(data("qualifiers")[name], name) if SIGNS[name].coded else {}


def qualifiers(name: str) -> dict[str, dict[str, str]]:
    """What may be said of a sign: kind (site, method, position, cuff, …) to its keys and their words."""
    table = data("qualifiers")
    return {kind: _words(table[kind], name) for kind in table["of"].get(_main(name), ())}


def _main(name: str) -> str:
    # both pressures are said to be measured where and how the systolic one was
    return "systolic" if SIGNS[name].panel == "blood-pressure" else name


def _words(table: dict[str, dict[str, Any]], name: str) -> dict[str, str]:
    main = _main(name)
    return {key: one["word"] for key, one in table.items() if main in one.get("of", (main,))}


def qualifier(kind: str, key: str) -> dict[str, Any] | None:
    """One entry of the table of qualifiers."""
    return data("qualifiers").get(kind, {}).get(key)


def qualifier_word(kind: str, key: str) -> str:
    """The word for a qualifier's key; what is no key (from elsewhere) is its own word."""
    found = qualifier(kind, key)
    return found["word"] if found else key
