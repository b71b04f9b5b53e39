"""The PIN: six digits that re-enter a locked session, or take over on an enrolled workstation; no first sign-in."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password

from medassist.interfaces.web.access import throttle
from medassist.interfaces.web.models import UNUSABLE, Account
from medassist.kernel import clock

DIGITS = 6
FRESH = timedelta(hours=16)  # a PIN only re-enters within this time of a sign-in in full


def fault(text: str) -> str:
    """Why these digits are no good PIN, or "". The easiest to guess are left out: rows, repeats, pairs."""
    if len(text) != DIGITS or not text.isascii() or not text.isdigit():
        return f"A PIN has {DIGITS} digits."
    steps = {(int(b) - int(a)) % 10 for a, b in zip(text, text[1:], strict=False)}
    if len(steps) == 1 or len(set(text)) < 3 or text[:2] * 3 == text or text[:3] * 2 == text:
        return "This PIN is easy to guess. Take digits without a pattern."
    return ""


def put(account: Account, text: str) -> None:
    """Keep a PIN's hash."""
    account.pin, account.pin_set_at = make_password(text), clock.now()
    account.save(update_fields=["pin", "pin_set_at"])
    throttle.forget(account, "pin")


def drop(account: Account) -> None:
    """Have no PIN."""
    account.pin, account.pin_set_at = UNUSABLE, None
    account.save(update_fields=["pin", "pin_set_at"])


def usable(account: Account) -> bool:
    """Whether a PIN would be looked at now: there is one, the last full sign-in is fresh, guesses are left."""
    fresh = account.full_at is not None and clock.now() - account.full_at < FRESH
    return bool(account.is_active and account.pin and fresh) and not throttle.resting(account, "pin")


def fits(account: Account, text: str) -> tuple[bool, int]:
    """Whether the PIN fits, and how many guesses are left. The guess is spent before it is looked at."""
    if not usable(account):
        return False, 0
    chance = throttle.spend(account, "pin")
    if not chance.granted:
        return False, 0
    if check_password(text, account.pin):
        throttle.forget(account, "pin")
        return True, throttle.PINS
    return False, chance.left
