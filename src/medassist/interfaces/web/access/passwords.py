"""Changing passwords."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from medassist.interfaces.web.access import sittings, told
from medassist.interfaces.web.models import Account, Sitting
from medassist.kernel import clock
from medassist.ui.forms import Form

LONGEST = 1000


def faultless(form: Form, account: Account) -> bool:
    """Whether a new password, typed twice, may be taken; what is wrong stands beside its field."""
    new, again = str(form.value("password")), str(form.value("again"))
    if len(new) > LONGEST:
        form.faults["password"] = [f"A password has {LONGEST} characters at most."]
    elif new != again:
        form.faults["again"] = ["The two are not the same. Write it again."]
    else:
        try:
            validate_password(new, account)
        except ValidationError as error:
            form.faults["password"] = list(error.messages)
    return form.fine


def put(request: HttpRequest, account: Account, password: str, how: str, stay: Sitting | None = None) -> None:
    """Set a password. Every stay of the person ends, except the one at hand."""
    account.set_password(password)
    account.password_changed_at = clock.now()
    account.save(update_fields=["password", "password_changed_at"])
    told.note(request, account, "password-changed", how=how)
    sittings.end_all(request, account, "password changed", but=stay)
