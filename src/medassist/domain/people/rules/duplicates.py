"""Whether two records are of one person: points for what agrees and against what does not, each with its reason.

The points are ours, set so that a name with the birth date is enough, a name with a phone is not, and twins,
namesakes in one house and couples stay apart. They only raise a question; a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import JaroWinkler

from medassist.domain.people.rules import dates, demographics, names, numbers, phones, search

LIKELY = 60
POINTS = {
    "identifier": 50, "family": 20, "family alike": 12, "given": 20, "given called": 16, "given alike": 12,
    "turned about": 34, "given differs": -25, "born": 30, "born slip": 18, "born partly": 8, "born differs": -25,
    "phone": 15, "email": 15, "address": 10, "sex differs": -10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a record is compared."""

    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    born: str = ""
    gender: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    identifiers: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class Likeness:
    """How alike two records are, and why."""

    score: int = 0
    reasons: list[str] = field(default_factory=list)
    same_number: bool = False

    def add(self, what: str, reason: str) -> None:
        """Count one agreement or difference."""
        self.score += POINTS[what]
        self.reasons.append(reason)

    @property
    def likely(self) -> bool:
        """Whether somebody should look before a second record is made; one number on two people always is."""
        return self.score >= LIKELY or self.same_number


def traits(record: Mapping[str, Any], identifiers: Iterable[Mapping[str, Any]] = ()) -> Traits:
    """The traits of a patient's elements and identifiers (FHIR)."""
    told = [name for name in record.get("name") or [] if isinstance(name, dict)]
    family = [word for name in told for word in names.split(str(name.get("family") or "")[: names.LONGEST_PART])]
    given = [word for name in told for part in name.get("given") or [] for word in names.split(str(part))]
    contact = record.get("telecom") or []
    return Traits(
        tuple(dict.fromkeys(family)),
        tuple(dict.fromkeys(given)),
        str(record.get("birthDate") or ""),
        str(record.get("gender") or ""),
        frozenset(demographics.phone_digits(record)),
        frozenset(str(t.get("value")).strip().casefold() for t in contact if t.get("system") == "email"),
        frozenset(filter(None, map(_address, record.get("address") or []))),
        frozenset((i.get("system", ""), i["value"]) for i in identifiers if i.get("system") and i.get("value")),
    )


def _address(one: Mapping[str, Any]) -> str:
    lines = " ".join(line for line in one.get("line") or [] if isinstance(line, str))
    house = " ".join(names.split(lines))
    return f"{house} {str(one.get('postalCode') or '')[:5]}" if house and one.get("postalCode") else ""


def likeness(one: Traits, other: Traits) -> Likeness:
    """Compare two records."""
    found = Likeness()
    for system, value in sorted(one.identifiers & other.identifiers)[:1]:
        found.same_number = True
        found.add("identifier", f"Same number {numbers.masked(value) if 'ssn' in system else value}")
    _names(found, one, other)
    _born(found, one, other)
    for number in sorted(one.phones & other.phones)[:1]:
        found.add("phone", f"Same phone {phones.shown(number)}")
    for email in sorted(one.emails & other.emails)[:1]:
        found.add("email", f"Same e-mail {email}")
    if one.addresses & other.addresses:
        found.add("address", "Same address")
    if {one.gender, other.gender} == {"female", "male"}:
        found.add("sex differs", "The sex differs")
    return found


def _names(found: Likeness, one: Traits, other: Traits) -> None:
    if _turned(one, other):
        found.add("turned about", "Same names, given and family turned about")
        return
    family, given = _best(one.family, other.family), _best(one.given, other.given)
    if family == 100 and given == 100:
        found.score += POINTS["family"] + POINTS["given"]
        found.reasons.append("Same name")
        return
    if family == 100:
        found.add("family", "Same family name")
    elif family >= 70:
        found.add("family alike", "Family name nearly the same")
    if given == 100:
        found.add("given", "Same given name")
    elif given == 88:
        found.add("given called", "Given name is a short form of the other")
    elif given >= 70:
        found.add("given alike", "Given name nearly the same")
    elif one.given and other.given:
        found.add("given differs", "The given name differs")


def _turned(one: Traits, other: Traits) -> bool:
    """Whether given and family name changed places."""
    if not (one.given and one.family and other.given and other.family):
        return False
    return one.given[0] in other.family and other.given[0] in one.family and one.given[0] not in other.given


def _best(some: Sequence[str], others: Sequence[str]) -> int:
    """The best fit of any two words: 100 the same, 88 a nickname, 70 or more nearly the same."""
    best = 0
    for word in some:
        for other in others:
            score = search.fit(word, other) if word == other or word in names.called(other) else 0
            alike = JaroWinkler.similarity(word, other)
            if not score and min(len(word), len(other)) > 2 and alike > 0.88:
                score = int(alike * 80)
            best = max(best, score)
    return best


def _born(found: Likeness, one: Traits, other: Traits) -> None:
    if not one.born or not other.born:
        return
    if one.born == other.born and len(one.born) == 10:
        found.add("born", "Same birth date")
    elif one.born in dates.slips(other.born) or other.born in dates.slips(one.born):
        found.add("born slip", f"Birth date differs in one place: {dates.said(other.born)}")
    elif other.born.startswith(one.born) or one.born.startswith(other.born):
        found.add("born partly", "Birth date agrees as far as it is known")
    else:
        found.add("born differs", f"Birth date differs: {dates.said(other.born)}")
