"""Passkeys (WebAuthn): made by a signed-in person; enough to sign in, since the device checks finger, face or PIN."""

from __future__ import annotations

import ipaddress
from typing import Any

import orjson
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from medassist.interfaces.web.access import sealed
from medassist.interfaces.web.models import Account, SecondFactor
from medassist.kernel import clock

STATE = "passkey"
LONGEST = 20_000  # characters of a browser's answer
MOST = 10  # passkeys an account


class NoPasskey(Exception):
    """What came back proves nothing. The reason is for the trail, not for the screen."""


def domain(request: HttpRequest) -> str:
    """The name that passkeys of this address belong to; "" where browsers allow none (an address in numbers)."""
    host = request.get_host().rsplit(":", 1)[0].strip("[]") if "]" not in request.get_host() else ""
    try:
        ipaddress.ip_address(host or "::1")
    except ValueError:
        return host
    return ""


def possible(request: HttpRequest) -> bool:
    """Whether browsers would offer passkeys here: a name, and a safe way to it."""
    name = domain(request)
    return bool(name) and (request.is_secure() or name == "localhost" or name.endswith(".localhost"))


def _server(request: HttpRequest, office: str = "medassist") -> Fido2Server:
    name, here = domain(request), f"{request.scheme}://{request.get_host()}"
    # the origin must be exactly this one: a sub-domain of ours is somebody else
    return Fido2Server(PublicKeyCredentialRpEntity(id=name, name=office), verify_origin=lambda origin: origin == here)


def begin_making(request: HttpRequest, account: Account, office: str) -> dict[str, Any]:
    """What the browser needs to make a passkey for this person; the challenge stays in the session."""
    user = PublicKeyCredentialUserEntity(
        id=account.pk.bytes, name=account.username, display_name=account.get_full_name()
    )
    asked, state = _server(request, office).register_begin(
        user=user,
        credentials=[kept for _, kept, _ in _of(account)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[STATE] = {"for": "make", **state}
    return orjson.loads(orjson.dumps(dict(asked)))


def make(request: HttpRequest, account: Account, answer: str, name: str) -> SecondFactor:
    """Keep the passkey that the browser made."""
    state = _state(request, "make")
    try:
        made = _server(request).register_complete(state, _read(answer))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoPasskey(str(error)) from error
    kept = made.credential_data
    if kept is None:
        raise NoPasskey("no credential in the answer")
    if account.factors.filter(kind="passkey").count() >= MOST:
        raise NoPasskey("too many passkeys")
    told = {"credential": websafe_encode(kept), "count": made.counter}
    mark = websafe_encode(kept.credential_id)
    if SecondFactor.objects.filter(credential=mark).exists():
        raise NoPasskey("this passkey is kept already")
    return SecondFactor.objects.create(
        account=account, kind="passkey", name=name[:80] or "Passkey", sealed=sealed.seal(told), credential=mark
    )


def begin_using(request: HttpRequest) -> dict[str, Any]:
    """What the browser needs to offer the passkeys it has; nobody is named, so nothing is given away."""
    asked, state = _server(request).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    request.session[STATE] = {"for": "use", **state}
    return orjson.loads(orjson.dumps(dict(asked)))


def use(request: HttpRequest, answer: str) -> Account:
    """Whose passkey answered; NoPasskey when it is not ours or was copied."""
    state = _state(request, "use")
    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        found = SecondFactor.objects.select_related("account__actor").filter(
            credential=websafe_encode(given.raw_id), kind="passkey", account__is_active=True
        )
        factor = found.first()
        if factor is None:
            raise NoPasskey("unknown passkey")
        kept = sealed.unseal(factor.sealed)
        credential = AttestedCredentialData(websafe_decode(kept["credential"]))
        _server(request).authenticate_complete(state, [credential], given)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoPasskey(str(error)) from error
    handle = given.response.user_handle
    if handle is not None and handle != factor.account_id.bytes:
        raise NoPasskey("the passkey names another person")
    _counted(factor, kept, given.response.authenticator_data.counter)
    return factor.account


def _counted(factor: SecondFactor, kept: dict[str, Any], count: int) -> None:
    """A device that counts must count upwards; two with the same count are one and its copy."""
    if (count or kept["count"]) and count <= kept["count"]:
        raise NoPasskey("the passkey's count went backwards; it may have been copied")
    factor.sealed, factor.used_at = sealed.seal({**kept, "count": count}), clock.now()
    factor.save(update_fields=["sealed", "used_at"])


def _of(account: Account) -> list[tuple[SecondFactor, AttestedCredentialData, int]]:
    found = []
    for factor in account.factors.filter(kind="passkey"):
        kept = sealed.unseal(factor.sealed)
        found.append((factor, AttestedCredentialData(websafe_decode(kept["credential"])), kept["count"]))
    return found


def _state(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """The challenge that was asked, once: taken out of the session, so that no answer fits twice."""
    state = request.session.pop(STATE, None)
    if not isinstance(state, dict) or state.pop("for", "") != purpose:
        raise NoPasskey("nothing was asked")
    return state


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError("too long")
    found = orjson.loads(answer)
    if not isinstance(found, dict):
        raise ValueError("not an answer")
    return found
