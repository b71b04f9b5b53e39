"""What the practice settled about signing in, read at most every few seconds by each process."""

from __future__ import annotations

import time

from medassist.interfaces.web.models import Rules

KEEP = 15  # seconds
_kept: tuple[float, Rules] | None = None


def rules() -> Rules:
    """The rules now; the defaults before anybody changed them."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEEP:
        _kept = (time.monotonic(), Rules.objects.filter(pk=1).first() or Rules())
    return _kept[1]


def forget() -> None:
    """Read them anew: they were changed."""
    global _kept
    _kept = None
