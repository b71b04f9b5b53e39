"""The question the doorway asks before every write: may this one do this act, here, now? The answer comes by a hook."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from medassist.kernel.context import Context

log = logging.getLogger(__name__)
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

    decision: Literal["allow", "deny", "needs"]
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


NOBODY_TO_ASK = Ruling("deny", "kernel/no-authority", (Reason("Nobody could be asked whether this is allowed."),))


@cache
def _hook(path: str) -> Callable[[Context, Act, str], Ruling]:
    return import_string(path)


def rule(ctx: Context, act: Act, subject: str) -> Ruling:
    """Ask the authority that the settings name; none, or one that fails, means no."""
    path = getattr(settings, "MEDASSIST_AUTHORITY", "")
    if not path:
        return NOBODY_TO_ASK
    try:
        return _hook(path)(ctx, act, subject)
    except Exception:  # whatever went wrong, silence is never a yes
        log.exception("the authority failed on %s", act.name)
        return NOBODY_TO_ASK
