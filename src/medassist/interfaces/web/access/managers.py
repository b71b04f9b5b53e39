"""The managers of an office, for the one who has the machine's own command line in hand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from medassist.domain.office import queries as office
from medassist.interfaces.web.models import Account, fold
from medassist.kernel import audit, clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Invalid, Missing


@dataclass(frozen=True)
class Manager:
    """One manager: the staff row, and the account if there is one."""

    staff: UUID
    account: Account | None


def find(username: str, name: str) -> Manager:
    """The manager with this sign-in name, or of this name."""
    people = {one["staff"].actor_id: one["staff"] for one in office.everybody() if _manages(one)}
    accounts = {a.actor_id: a for a in Account.objects.select_related("actor").filter(actor__in=people)}
    for actor, person in people.items():
        account = accounts.get(actor)
        if (account and username and account.username == fold(username)) or (name and person.name == name):
            return Manager(person.pk, account)
    known = ", ".join(sorted(person.name for person in people.values())) or "nobody"
    raise Missing("manager", f"of this name here. Managers: {known}. Name one by --given and --family, or --username")


def _manages(one: dict) -> bool:
    return one["staff"].active and any(position.role == "manager" for position in one["positions"])


def set_password(account: Account, password: str) -> None:
    """Set a password from the command line."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid({"password": list(error.messages)}) from None
    account.set_password(password)
    account.password_changed_at = clock.now()
    account.save(update_fields=["password", "password_changed_at"])
    audit.note(system_context("cli"), action="web.access", outcome="password-changed", subject=f"account/{account.pk}")
