"""Continuing education: what an issuer asks in a cycle, what is owed by when, and what missing it costs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from medassist.domain.credentials.rules import renewals
from medassist.domain.credentials.rules.book import Credential, by_trust
from medassist.domain.credentials.rules.dates import after_months
from medassist.domain.credentials.rules.facts import Source, fact
from medassist.domain.credentials.rules.prices import EXAM, Part

FREE = ("free", "free_choice")
"""Names of the files for points of any category."""
ANNUAL = "Annual fee"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an issuer asks for renewal by continuing education. `points` is None where nothing was found."""

    points: int | None
    unit: str
    categories: Mapping[str, int]
    from_issuer: int
    cycle_months: int | None
    also: tuple[str, ...]
    source: Source | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One credit as it counts: when the course ended, points, category, whether the issuer gave it."""

    on: date
    points: Decimal
    category: str = ""
    from_issuer: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One part of what is asked: how much of it is there."""

    name: str
    have: Decimal
    want: int

    @property
    def left(self) -> Decimal:
        """What is missing."""
        return max(Decimal(0), self.want - self.have)


@dataclass(frozen=True, slots=True)
class Price:
    """What missing the day costs: priced parts, what nobody priced, and what the source says of a lapse."""

    parts: tuple[Part, ...]
    unknown: tuple[str, ...]
    lapse: str
    last_day: date | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed for one certificate: of how much, within which days."""

    terms: Terms
    since: date | None
    until: date | None
    total: Share | None
    shares: tuple[Share, ...]
    price: Price

    @property
    def left(self) -> Decimal | None:
        """Points that are missing: in all, or in the categories together where that is more; None when not known."""
        if self.total is None:
            return None
        parts = [share.left for share in self.shares if share.name != BY_ISSUER]
        issuer = next((share.left for share in self.shares if share.name == BY_ISSUER), Decimal(0))
        return max(self.total.left, sum(parts, Decimal(0)), issuer)


BY_ISSUER = "from the issuer"


def terms_of(credential: Credential, name: str = "") -> Terms:
    """What the file says of renewal by continuing education; `name` tells which of several certificates it is."""
    said = (credential.raw.get("renewal") or {}).get("by_ce") or {}
    points, hours = said.get("points_total"), said.get("hours_total")
    months = said.get("cycle_months") or credential.valid_months.value
    return Terms(
        points=points or hours,
        unit="hours" if hours else "points",
        categories=_categories(said.get("min_by_category") or {}, name),
        from_issuer=said.get("min_from_issuer") or 0,
        cycle_months=months,
        also=tuple(said.get("also", ())),
        source=_source(credential, said.get("source") or said.get("also_source") or ""),
        confidence=said.get("confidence", ""),
    )


def _categories(said: Mapping[str, Any], name: str) -> dict[str, int]:
    """The least of each category; where the file tells it by certificate, of the one that is named."""
    if any(isinstance(part, Mapping) for part in said.values()):
        said = said.get(name.partition(" ")[0].upper(), {})
    return {part: number for part, number in said.items() if part not in FREE}


def categories_of(credential: Credential, name: str = "") -> tuple[str, ...]:
    """The categories in which an issuer counts; empty where it counts without any, or nothing was found."""
    return tuple(terms_of(credential, name).categories)


def owed(credential: Credential, name: str, since: date | None, until: date | None, credits: Iterable[Counted]) -> Owed:
    """What is owed for a certificate that holds from a day to a day."""
    terms = terms_of(credential, name)
    begin = _begin(terms, since, until)
    mine = [c for c in credits if (begin is None or begin <= c.on) and (until is None or c.on <= until)]
    shares = [
        Share(part, sum((c.points for c in mine if c.category == part), Decimal(0)), want)
        for part, want in terms.categories.items()
    ]
    if terms.from_issuer:
        given = sum((c.points for c in mine if c.from_issuer), Decimal(0))
        shares.append(Share(BY_ISSUER, given, terms.from_issuer))
    have = sum((c.points for c in mine), Decimal(0))
    total = Share("in all", have, terms.points) if terms.points else None
    return Owed(terms, begin, until, total, tuple(shares), price_of(credential, until))


def _begin(terms: Terms, since: date | None, until: date | None) -> date | None:
    """The first day whose courses count: the cycle counted back from its end, or the day on the certificate."""
    if until is None or not terms.cycle_months:
        return since
    begin = after_months(until, -terms.cycle_months) + timedelta(days=1)
    return max(begin, since) if since else begin


def price_of(credential: Credential, ends: date | None) -> Price:
    """What renewing and missing cost, as far as a source says."""
    parts = [*_fees(credential), *_late(credential), *_again(credential)]
    unknown: list[str] = [] if _fees(credential) else [renewals.FEE]
    unknown += [] if _again(credential) else [f"{EXAM} again"]
    said = renewals.lapse(credential)
    last = renewals.last_day(said, ends) if said and ends else None
    return Price(tuple(parts), tuple(unknown), _words(said), last, renewals.source_of(credential))


def _fees(credential: Credential) -> list[Part]:
    """The issuer's fees for going on. A claim that the file marks as no fact is left out."""
    found: list[Part] = []
    renewal = credential.raw.get("renewal") or {}
    one = fact(renewal.get("fees"), credential.sources)
    value = one.value if isinstance(one.value, Mapping) else {"recertification_usd": one.value}
    for key, what in (("recertification_usd", renewals.FEE), ("annual_usd", ANNUAL)):
        if isinstance(usd := value.get(key), int):
            also = tuple(
                f"{claim['usd']} dollars by {credential.sources[claim['source']].url}."
                for claim in renewal.get("fee_claims", ())
                if claim["usd"] != usd
            )
            found.append(Part(what, usd, one.source, one.confidence, also))
    return found


def _late(credential: Credential) -> list[Part]:
    said = renewals.lapse(credential)
    usd = said.get("reactivation_fee_usd")
    return [Part(renewals.REACTIVATION, usd, renewals.source_of(credential), said["confidence"])] if usd else []


def _again(credential: Credential) -> list[Part]:
    """The examination once more: the surest price for each who is named."""
    surest: dict[str, Part] = {}
    for fee in sorted(credential.fees, key=by_trust):
        if fee.usd is not None and fee.who not in surest:
            what = f"{EXAM} again" + ("" if fee.who == "all" else f", {fee.who}")
            surest[fee.who] = Part(what, fee.usd, fee.source, fee.confidence)
    return list(surest.values())


def _words(said: Mapping[str, Any]) -> str:
    """What the source says of a lapse, in its own words."""
    value = said.get("value", said)
    if isinstance(value, str):
        return value
    after = said.get("then") or said.get("after_grace") or ""
    days, months = value.get("ce_route_closes_days_after_expiry") or value.get("grace_days"), value.get("grace_months")
    grace = f"{days} days" if days else f"{months} months" if months else ""
    texts = [f"it can be made good for {grace} after the end" if grace else "", f"then {after}" if after else ""]
    return "; ".join(text for text in texts if text)


def _source(credential: Credential, name: str) -> Source | None:
    return credential.sources.get(name.partition(" ")[0])
