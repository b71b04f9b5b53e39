"""Credentials on screen."""

from medassist.domain.credentials.pages.held import (
    mine,
    of_staff,
    record,
    revoke,
    save_plan,
    verify,
    withdraw,
)

__all__ = [
    "mine", "of_staff", "record", "revoke", "save_plan", "verify", "withdraw",
]  # fmt: skip
