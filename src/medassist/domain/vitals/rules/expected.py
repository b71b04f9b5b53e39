"""Which signs an office expects of a roomed visit, and when a first pressure asks for a second: as plain tables."""

from __future__ import annotations

from typing import Any

from medassist.domain.vitals.rules.data import data


def expected(profile: str) -> list[dict[str, Any]]:
    """The rules of one kind of office in order, the first that fits counts: types, from_years, to_years, signs."""
    rules = [rule for rule in data("expected")["rules"] if profile in rule.get("profiles", [profile])]
    return [
        {"rank": n, "types": rule.get("types"), "from_years": rule.get("from_years", 0),
         "to_years": rule.get("to_years", 999), "signs": rule["signs"]}
        for n, rule in enumerate(rules)
    ]  # fmt: skip


def raised() -> dict[str, int]:
    """The age from which, and the pressures from which, the office measures a second time."""
    rule = data("judgements")["pressure"]
    repeat = rule["repeat"]
    return {"years": rule["from_years"], "upper": repeat["systolic_from"], "lower": repeat["diastolic_from"]}
