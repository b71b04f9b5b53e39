"""People with accounts, browsers, and what a passkey's device would answer."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from medassist.domain.office.models import Staff
from medassist.interfaces.web import actions, inputs
from medassist.interfaces.web.access import settled
from medassist.interfaces.web.models import Account
from medassist.kernel.models import AuditEntry
from medassist.kernel.testing import context
from tests.office.given import given_staff

PASSWORD = "correct-horse-9-battery"


def given_account(
    staff: Staff | None = None, username: str = "ana.reyes@alderstreet.example", **person: Any
) -> Account:
    """A person who can sign in by PASSWORD."""
    settled.forget()
    staff = staff or given_staff(**person)
    account = actions.open_account(context(), inputs.OpenAccount.of(staff=staff.pk, username=username))
    account.set_password(PASSWORD)
    account.save()
    return Account.objects.select_related("actor").get(pk=account.pk)


def browser(**more: Any) -> Client:
    """A browser that keeps cookies and must send the form's token."""
    return Client(enforce_csrf_checks=False, **more)


def signed_in(account: Account, client: Client | None = None) -> Client:
    """A browser in which this person signed in by password."""
    client = client or browser()
    answer = sign_in(client, account.username)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return client


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: Any):
    """Send the sign-in form."""
    return client.post("/signin", {"username": username, "password": password, **more})


def outcomes(action: str = "web.access") -> list[str]:
    """What the trail says of signing in, in order."""
    return list(AuditEntry.objects.filter(action=action).order_by("id").values_list("outcome", flat=True))


class Device:
    """A passkey device in software: it makes one key and signs with it, as the standard says (WebAuthn level 2)."""

    def __init__(self, origin: str = "http://localhost", rp: str = "localhost"):
        self.origin, self.rp, self.count = origin, rp, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.user = b""

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _auth_data(self, flags: int, credential: bytes = b"") -> AuthenticatorData:
        self.count += 1
        return AuthenticatorData.create(
            hashlib.sha256(self.rp.encode()).digest(), AuthenticatorData.FLAG(flags), self.count, credential
        )

    def make(self, options: dict[str, Any]) -> str:
        """Answer to navigator.credentials.create()."""
        self.user = websafe_decode(options["publicKey"]["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        kept = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        attested = AttestationObject.create("none", self._auth_data(0x45, kept), {})
        client = self._client_data("webauthn.create", options["publicKey"]["challenge"])
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attested)}
        return self._told(response)

    def use(self, options: dict[str, Any], user: bytes | None = None, flags: int = 0x05) -> str:
        """Answer to navigator.credentials.get()."""
        client = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        data = self._auth_data(flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(user if user is not None else self.user),
        }
        return self._told(response)

    def _told(self, response: dict[str, str]) -> str:
        mine = websafe_encode(self.id)
        return json.dumps(
            {"id": mine, "rawId": mine, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )
