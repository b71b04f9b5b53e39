"""Credentials on screen."""

from medassist.domain.credentials.pages import courses, files, log
from medassist.domain.credentials.pages.held import (
    mine,
    of_staff,
    record,
    revoke,
    save_plan,
    take_back,
    verify,
)

__all__ = [
    "courses", "files", "log", "mine", "of_staff", "record", "revoke", "save_plan", "take_back", "verify",
]  # fmt: skip
