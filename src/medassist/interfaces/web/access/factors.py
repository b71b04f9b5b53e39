"""Second factors besides passkeys: the authenticator app and the recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from medassist.interfaces.web.access import sealed, totp
from medassist.interfaces.web.models import Account, SecondFactor
from medassist.kernel import clock

CODES = 10
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another


@dataclass(frozen=True)
class Has:
    """What an account can prove itself with besides its password."""

    app: bool
    passkeys: int
    codes: int

    @property
    def any(self) -> bool:
        """Whether a second step is asked after the password."""
        return self.app or self.passkeys > 0


def of(account: Account) -> Has:
    """What an account has; one query."""
    found = list(account.factors.all())
    codes = next((len(sealed.unseal(f.sealed)) for f in found if f.kind == "recovery"), 0)
    return Has(any(f.kind == "totp" for f in found), sum(f.kind == "passkey" for f in found), codes)


def add_app(account: Account, secret: str, text: str) -> bool:
    """Keep the app's secret once its first code shows that the app has it."""
    used = totp.matches(secret, text, clock.now())
    if used is None:
        return False
    with transaction.atomic():
        account.factors.filter(kind="totp").delete()
        SecondFactor.objects.create(
            account=account, kind="totp", name="Authenticator app", sealed=sealed.seal({"secret": secret, "used": used})
        )
    return True


def fits(account: Account, text: str) -> str:
    """Which kind of code this is: "totp", "recovery", or "" when it is none. A code that fitted is used up."""
    plain = "".join(text.split()).upper()
    if plain.isdigit():
        return "totp" if _app_fits(account, plain) else ""
    return "recovery" if _recovery_fits(account, plain.replace("-", "")) else ""


def _app_fits(account: Account, code: str) -> bool:
    with transaction.atomic():
        factor = account.factors.select_for_update().filter(kind="totp").first()
        if factor is None:
            return False
        kept = sealed.unseal(factor.sealed)
        used = totp.matches(kept["secret"], code, clock.now(), after=kept["used"])
        if used is None:
            return False
        factor.sealed, factor.used_at = sealed.seal({**kept, "used": used}), clock.now()
        factor.save(update_fields=["sealed", "used_at"])
        return True


def _recovery_fits(account: Account, code: str) -> bool:
    with transaction.atomic():
        factor = account.factors.select_for_update().filter(kind="recovery").first()
        if factor is None:
            return False
        kept, mark = sealed.unseal(factor.sealed), _mark(account, code)
        left = [one for one in kept if not hmac.compare_digest(one, mark)]
        if len(left) == len(kept):
            return False
        factor.sealed, factor.used_at = sealed.seal(left), clock.now()
        factor.save(update_fields=["sealed", "used_at"])
        return True


def new_codes(account: Account) -> list[str]:
    """Fresh recovery codes, which replace the earlier ones. They are shown once; only their hashes are kept."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(CODES)]
    kept = sealed.seal([_mark(account, code) for code in codes])
    SecondFactor.objects.update_or_create(
        account=account,
        kind="recovery",
        defaults={"sealed": kept, "name": "Recovery codes", "made_at": clock.now(), "used_at": None},
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _mark(account: Account, code: str) -> str:
    told = f"{account.pk}:{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()


def remove(account: Account, factor: str) -> str:
    """Take one second factor away; its kind, or "" when it is not this account's. Codes alone are no second factor."""
    found = account.factors.filter(pk=factor).first()
    if found is None:
        return ""
    found.delete()
    if not account.factors.exclude(kind="recovery").exists():
        account.factors.all().delete()
    return found.kind


def reset(account: Account) -> int:
    """Take all away, for a person who lost them; the number taken."""
    return account.factors.all().delete()[0]
