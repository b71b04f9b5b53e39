"""What can be done with credentials."""

from medassist.domain.credentials.actions.held import (
    record,
    revoke,
    save_plan,
    sign_off,
    verify,
    withdraw_sign_off,
)

__all__ = [
    "record", "revoke", "save_plan", "sign_off", "verify", "withdraw_sign_off",
]  # fmt: skip
