"""What is asked of the authority and what it answers, as plain values that know no framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Decision = Literal["allow", "deny", "needs"]
NO_FACTS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done, in the words of the scope-of-practice rules, with what a rule needs to know of it."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=lambda: NO_FACTS)


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of a ruling with where it comes from."""

    text: str
    citation: str = ""
    url: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing for a yes."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer. `deny`: nothing local makes it a yes; `needs`: the needs would."""

    decision: Decision
    rule: str
    reasons: tuple[Reason, ...] = ()
    needs: tuple[Need, ...] = ()
    confidence: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it is a yes."""
        return self.decision == "allow"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the trail and for other systems."""
        return asdict(self)
