"""For tests only: an authority that says yes, and contexts."""

from __future__ import annotations

from typing import Any

from medassist.kernel import clock
from medassist.kernel.context import SYSTEM, Context
from medassist.kernel.ruling import Act, Reason, Ruling

YES = Ruling("allow", "test/yes")
NO = Ruling("deny", "test/no", (Reason("No, says the test."),))


def always_yes(ctx: Context, act: Act, subject: str) -> Ruling:
    """Allow everything."""
    return YES


def always_no(ctx: Context, act: Act, subject: str) -> Ruling:
    """Allow nothing."""
    return NO


def context(**parts: Any) -> Context:
    """A context of the system through the command line, unless said otherwise."""
    return Context(**{"actor": SYSTEM, "via": "test", "at": clock.now(), **parts})
