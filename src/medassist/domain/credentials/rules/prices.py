"""What a way costs: the parts that a source names, and the parts that none does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from medassist.domain.credentials.rules.book import Credential, Fee, Route, by_trust
from medassist.domain.credentials.rules.facts import Source
from medassist.domain.credentials.rules.person import Person
from medassist.domain.credentials.rules.said import say

EXAM, STATE = say("Examination fee"), say("Fee of the state")


@dataclass(frozen=True, slots=True)
class Part:
    """One price with its source; `also` is what others say, and what else one should know."""

    what: str
    usd: int
    source: Source | None
    confidence: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What is known of a way's cost, and what is not. The total is of what is known."""

    parts: tuple[Part, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def total(self) -> int | None:
        """The sum of the known parts; None when none is known."""
        return sum(part.usd for part in self.parts) if self.parts else None

    def within(self, budget: int | None) -> bool | None:
        """Whether it stays within a budget; None when that can't be told."""
        if budget is None or self.total is None:
            return None
        return False if self.total > budget else None if self.unknown else True


def cost(
    credential: Credential, route: Route, person: Person, unpriced: Iterable[str], first: tuple[Part, ...] = ()
) -> Cost:
    """The cost of one way for a person; `first` is what comes before the examination."""
    unknown = list(unpriced)
    tried = credential.code in person.failed
    who = route.reading.get("again" if tried and "again" in route.reading else "fee", "")
    if person.finishes and "student" in route.reading:
        who = route.reading["student"]
    claims = sorted((fee for fee in credential.fees if fee.who == who), key=by_trust)
    known = [fee for fee in claims if fee.usd is not None]
    parts = (*first, _exam(credential, route, known)) if known else first
    if claims and not known:
        vague = say("Examination fee: {usd} dollars by a source that gives no single number", usd=claims[0].text)
        unknown.insert(0, vague)
    elif not known:
        unknown.insert(0, STATE if credential.level.partition(",")[0] == "state" else EXAM)
    return Cost(parts, tuple(unknown))


def _exam(credential: Credential, route: Route, known: list[Fee]) -> Part:
    best = known[0]
    also: list[str] = [say("With it: {what}.", what=best.includes)] if best.includes else []
    also += [dollars_by(fee.usd, fee.source) for fee in known if fee.source and fee.usd != best.usd]
    cheaper = (fee for fee in credential.fees if fee.who == route.reading.get("cheaper"))
    also += [say("{usd} dollars for {who}.", usd=fee.usd, who=fee.who) for fee in cheaper]
    what = EXAM if best.who == "all" else say("Examination fee, {who}", who=best.who)
    return Part(what, best.usd or 0, best.source, best.confidence, tuple(also))


def dollars_by(usd: object, source: Source) -> str:
    """What another source says of a price."""
    return say("{usd} dollars by {url}.", usd=usd, url=source.url)
