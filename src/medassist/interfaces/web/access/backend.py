"""The authentication backend: an account by sign-in name and password, nothing of Django's own permissions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from medassist.interfaces.web.models import Account


class AccountBackend(BaseBackend):
    """Whether this name and this password belong together; an unknown name takes as long as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        """The account, or None."""
        if not username or password is None:
            return None
        try:
            account = Account.objects.get_by_natural_key(username)
        except Account.DoesNotExist:
            make_password(password)
            return None
        fits = account.check_password(password)
        return account if fits and account.is_active and account.actor.active else None

    def get_user(self, user_id: UUID) -> Account | None:
        """The account of a session."""
        return Account.objects.select_related("actor").filter(pk=user_id, is_active=True).first()
