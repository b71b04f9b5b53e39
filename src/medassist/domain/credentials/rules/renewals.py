"""What somebody whose certificate has lapsed can do, besides sitting the examination again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from medassist.domain.credentials.rules.book import Credential
from medassist.domain.credentials.rules.dates import after_months
from medassist.domain.credentials.rules.doors import Closing, Door, Step
from medassist.domain.credentials.rules.facts import Fact, Source
from medassist.domain.credentials.rules.prices import Cost, Part, dollars_by
from medassist.domain.credentials.rules.said import say

ROUTE, NAME = "renew", say("Renewing a lapsed certificate")
FEE, REACTIVATION = say("Renewal fee"), say("Reactivation fee")


def lapse(credential: Credential) -> Mapping[str, Any]:
    """What the file says of a lapse, its provenance included; empty when nothing."""
    renewal = credential.raw.get("renewal") or {}
    found = renewal.get("lapse")
    return found if isinstance(found, Mapping) and found.get("value", found) is not None else {}


def source_of(credential: Credential) -> Source | None:
    """Where that was read."""
    return credential.sources.get(lapse(credential).get("source", ""))


def door(credential: Credential, expired: date, on: date) -> Door | None:
    """How renewing stands; None where the file says nothing of a lapse."""
    said = lapse(credential)
    if not said:
        return None
    if (last := last_day(said, expired)) is None:
        text = said.get("value") or "; ".join(f"{name.replace('_', ' ')}: {_text(rule)}" for name, rule in _rules(said))
        step = Step(say("Ask the issuer"), note=f"{text[:1].upper()}{text[1:]}.", source=source_of(credential))
        return Door(None, (say("The issuer decides; how long the way stays open was not found."),), (step,))
    if last < on:
        after = said.get("then") or said.get("after_grace") or say("nothing was found on what comes after")
        return Door(None, shut=say("Renewing was open until {day}; then: {after}.", day=last, after=after))
    closing = Closing(last, say("after that it cannot be renewed any more"))
    return Door(on, steps=tuple(_earn(credential)), closes=closing)


def last_day(said: Mapping[str, Any], expired: date) -> date | None:
    """The last day on which it can be renewed."""
    value = said["value"] if isinstance(said.get("value"), Mapping) else said
    if days := value.get("ce_route_closes_days_after_expiry") or value.get("grace_days"):
        return expired + timedelta(days=days)
    months = value.get("grace_months")
    return after_months(expired, months) if months else None


def _rules(said: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, rule) for name, rule in said.items() if name not in ("source", "confidence")]


def _text(rule: Any) -> str:
    return ", ".join(rule) if isinstance(rule, list) else str(rule)


def _earn(credential: Credential) -> list[Step]:
    """The continuing education that is owed."""
    said = (credential.raw["renewal"] or {}).get("by_ce") or {}
    points = said.get("points_total") or said.get("hours_total")
    source = credential.sources.get(said.get("source", "") or said.get("also_source", ""))
    return [Step(say("Have {points} points of continuing education", points=points), source=source)] if points else []


def cost(credential: Credential) -> Cost:
    """What renewing costs: the issuer's fee, and the one for a certificate that has lapsed."""
    # where points may still be handed in for some days, the reactivation fee belongs to the examination that follows
    in_time = "ce_route_closes_days_after_expiry" in lapse(credential)
    fee, late = _renewal(credential), None if in_time else _reactivation(credential)
    return Cost(tuple(part for part in (fee, late) if part), () if fee else (FEE,))


def reactivation(credential: Credential, expired: date, on: date) -> Part | None:
    """The fee on top of an examination, once the time for renewal is over."""
    last = last_day(lapse(credential), expired) if lapse(credential) else None
    return _reactivation(credential) if last and last < on else None


def _renewal(credential: Credential) -> Part | None:
    fee: Fact = credential.fact("renewal", "fees")
    usd = fee.value.get("recertification_usd") if isinstance(fee.value, Mapping) else fee.value
    if not isinstance(usd, int):
        return None
    claims = credential.raw["renewal"].get("fee_claims", ())
    others = (one for one in claims if one["usd"] != usd)
    also = tuple(dollars_by(one["usd"], credential.sources[one["source"]]) for one in others)
    return Part(FEE, usd, fee.source, fee.confidence, also)


def _reactivation(credential: Credential) -> Part | None:
    said = lapse(credential)
    usd = said.get("reactivation_fee_usd")
    return Part(REACTIVATION, usd, source_of(credential), said["confidence"]) if usd else None
