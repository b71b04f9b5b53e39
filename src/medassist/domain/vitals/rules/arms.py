"""On which arm no pressure is taken: what the alerts of a patient say, and which arm that leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

BARRED = {"no-pressure-left-arm": ("left-arm", "left-wrist"), "no-pressure-right-arm": ("right-arm", "right-wrist")}
SIDES = {"left": "right", "right": "left"}


def barred(alerts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The sites at which no pressure is taken, each with the words of its alert."""
    return {site: one["text"] for one in alerts for site in BARRED.get(one.get("code", ""), ())}


def free(sites: Mapping[str, str]) -> str:
    """The arm that is left where one is barred; "" where none is, or both are."""
    arms = [site for site in ("left-arm", "right-arm") if site not in sites]
    return arms[0] if len(arms) == 1 else ""


def doubt(site: str, sites: Mapping[str, str]) -> str:
    """What is asked about a pressure at this site; "" where nothing bars it."""
    if site not in sites:
        return ""
    side = site.partition("-")[0]
    other = SIDES[side]
    way = (
        f"Take it on the {other}?" if f"{other}-arm" not in sites else "The other arm is barred too. Ask the provider?"
    )
    return f"No blood pressure on the {side} arm: {sites[site].rstrip('.')}. {way}"
