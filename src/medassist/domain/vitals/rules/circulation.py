"""What signs say together: lying to standing, pulse over pressure, and an arm that is not to be used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import floor
from typing import NamedTuple

from medassist.domain.vitals.rules.bands import HALF, Bands, bands
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.judging import Judgement

RESTING = ("lying", "supine", "recumbent", "sitting")
"""Positions before standing up, the better first."""


class Stance(NamedTuple):
    """What was measured in one position; minutes since standing up, where known."""

    position: str
    minutes: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    pulse: float | None = None


class Orthostatic(NamedTuple):
    """How far the pressures fell and the pulse rose on standing, and what is said of it; None what is not known."""

    systolic_drop: float | None
    diastolic_drop: float | None
    pulse_rise: float | None
    judgements: tuple[Judgement, ...]

    @property
    def positive(self) -> bool:
        """Whether a limit of the consensus is reached."""
        return bool(self.judgements)


def orthostatic(readings: Iterable[Stance], years: float | None = None) -> Orthostatic | None:
    """The change from rest to standing; None unless both were measured. A standing reading too late counts for less."""
    readings = list(readings)
    rest = next((one for name in RESTING for one in readings if one.position == name), None)
    stood = [one for one in readings if one.position == "standing"]
    if rest is None or not stood:
        return None
    rule = data("circulation")["orthostatic"]
    soon = [one for one in stood if one.minutes is None or one.minutes <= rule["within_minutes"]]
    later = [one for one in stood if one.minutes is None or one.minutes <= rule["pulse_within_minutes"]]
    upper, lower = (_most(getattr(rest, part), [getattr(one, part) for one in soon], -1)
                    for part in ("systolic", "diastolic"))  # fmt: skip
    rise = _most(rest.pulse, [one.pulse for one in later], 1)
    return Orthostatic(upper, lower, rise, tuple(_said(upper, lower, rise, years)))


def _most(rest: float | None, stood: list[float | None], sign: int) -> float | None:
    """The greatest change in one direction."""
    changes = [sign * (float(one) - float(rest)) for one in stood if one is not None and rest is not None]
    return max(changes, default=None)


def _said(upper: float | None, lower: float | None, rise: float | None, years: float | None) -> Iterable[Judgement]:
    told = data("circulation")
    rule = told["orthostatic"]
    source = told["sources"][rule["source"]]
    fell = upper is not None and upper >= rule["systolic_drop"] or lower is not None and lower >= rule["diastolic_drop"]
    if fell:
        by = "/".join("–" if one is None else f"{one:.0f}" for one in (upper, lower))
        note = f"by {by} mmHg within {rule['within_minutes']} minutes"
        yield Judgement("watch", "Falls on standing", note, "L", source)
        return
    young = years is not None and rule["young_from_years"] <= years < rule["young_to_years"]
    if rise is not None and rise >= rule["pulse_rise_young" if young else "pulse_rise"]:
        note = f"pulse by {rise:.0f} a minute, pressure holds"
        yield Judgement("watch", "Pulse rises on standing", note, "H", source)


def shock_index(pulse: float, systolic: float) -> float | None:
    """Pulse over systolic pressure, to two decimals."""
    return floor(float(pulse) / float(systolic) * 100 + HALF) / 100 if systolic > 0 else None


@cache
def _shock() -> Bands:
    told = data("circulation")

    def said(row: dict[str, str]) -> Judgement | None:
        if row["state"] == "good":
            return None
        return Judgement(row["state"], row["word"], "", row["code"], told["sources"][row["source"]])

    return bands(told["shock_index"]["bands"], said, 2)


def judge_shock_index(index: float, years: float | None, pregnant: bool = False) -> Judgement | None:
    """What is said of a shock index of an adult; None in range, in childhood and in pregnancy."""
    if years is None or pregnant or years < data("circulation")["shock_index"]["from_years"]:
        return None
    found: Judgement | None = _shock().at(index)
    return found


def avoid_arm(alert_codes: Iterable[str], body_site: str) -> str:
    """Why a pressure should not have been measured there, or an empty text.

    An alert's code names the arm: "avoid-left-arm", "no-bp-right-arm", "avoid-both-arms", or "left" alone. The wrist of
    an arm is that arm.
    """
    side, _, part = body_site.casefold().replace(" ", "-").replace("_", "-").partition("-")
    if side not in ("left", "right") or part not in ("arm", "wrist", "upper-arm", "forearm"):
        return ""
    if not any(_names(code, side) for code in alert_codes):
        return ""
    return f"The {side} arm is not to be used. Measure on another limb."


def _names(code: str, side: str) -> bool:
    words = set(re.findall(r"[a-z]+", code.casefold()))
    return bool(words & {side, "both"}) and (len(words) == 1 or bool(words & {"arm", "arms"}))
