"""The question the doorway asks before every write: may this one do this act, here, now? The answer comes by a hook."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from medassist.kernel.ruling import Act, Reason, Ruling

if TYPE_CHECKING:
    from medassist.kernel.context import Context

log = logging.getLogger(__name__)
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
