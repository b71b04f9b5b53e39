"""What is done to the register of patients."""

from medassist.domain.people.actions.adopt import adopt
from medassist.domain.people.actions.change import change_demographics
from medassist.domain.people.actions.glass import break_glass, lift_restriction, restrict
from medassist.domain.people.actions.marks import add_alert, end_alert, set_consent_to_text, set_photo
from medassist.domain.people.actions.register import register

__all__ = [
    "add_alert", "adopt", "break_glass", "change_demographics", "end_alert", "lift_restriction", "register", "restrict",
    "set_consent_to_text", "set_photo",
]  # fmt: skip
