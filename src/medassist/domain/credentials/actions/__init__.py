"""What can be done with credentials."""

from medassist.domain.credentials.actions.held import (
    record,
    revoke,
    save_plan,
    sign_off,
    take_back,
    verify,
    withdraw_sign_off,
)
from medassist.domain.credentials.actions.lists import take_programs
from medassist.domain.credentials.actions.skills import (
    enter_practicum,
    enter_work,
    hear_of_work,
    sign_log,
    take_back_entry,
)
from medassist.domain.credentials.actions.wallet import (
    keep_document,
    record_course,
    remind,
    remind_all,
    take_back_course,
)

__all__ = [
    "enter_practicum", "enter_work", "hear_of_work", "keep_document", "record", "record_course", "remind", "remind_all",
    "revoke", "save_plan", "sign_log", "sign_off", "take_back", "take_back_course", "take_back_entry", "take_programs",
    "verify", "withdraw_sign_off",
]  # fmt: skip
