"""What was just done, told on the page that comes next: in a sealed cookie, as the session would cost two commits."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.messages.storage.cookie import CookieStorage, MessageDecoder

from medassist.interfaces.web.access import sealed


class Said(CookieStorage):
    """Django's messages, which nobody reads at rest and only the session in which they were said tells."""

    cookie_name = "said"

    def _encode_parts(self, messages: list[str], encode_empty: bool = False) -> str | None:
        return sealed.seal([self._whose(), *messages]) if messages or encode_empty else None

    def _decode(self, data: str | None) -> list[Any] | None:
        if not data:
            return None
        try:
            whose, *told = sealed.unseal(data)
        except (InvalidToken, ValueError):
            whose, told = None, []
        if whose == self._whose():
            return [json.loads(one, cls=MessageDecoder) for one in told]
        self.used = True  # so that the cookie goes
        return None

    def _whose(self) -> str:
        session = getattr(self.request, "session", None)  # machines' addresses have none
        return (session and session.session_key) or ""
