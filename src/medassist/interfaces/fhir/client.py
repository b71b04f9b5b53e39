"""Who asks: the bearer token as a context, and what its scopes allow."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from medassist.exchange import queries
from medassist.interfaces.fhir import scopes
from medassist.interfaces.fhir.answers import Problem
from medassist.kernel import clock
from medassist.kernel.context import Actor, Context


@dataclass(frozen=True, slots=True)
class Caller:
    """Another system that showed a valid token."""

    ctx: Context
    scopes: tuple[str, ...]

    def must(self, kind: str, letter: str) -> None:
        """Stop a request that the token's scopes do not cover."""
        if not scopes.allows(self.scopes, kind, letter):
            raise Problem(403, "forbidden", f"this token's scopes do not cover system/{kind}.{letter}")


def token(request: HttpRequest) -> str:
    """The bearer token of this request."""
    head = request.META.get("HTTP_AUTHORIZATION", "")
    word, _, rest = head.partition(" ")
    if word.lower() != "bearer" or not rest:
        raise Problem(401, "login", "a bearer token is needed", WWW_Authenticate='Bearer realm="fhir"')
    return rest.strip()


def caller(request: HttpRequest) -> Caller:
    """Who stands behind the token of this request."""
    return of(request, queries.client(token(request)))


def of(request: HttpRequest, client: queries.Client | None) -> Caller:
    """A client as the one who asks; a stranger is sent away."""
    if client is None:
        raise Problem(
            401,
            "login",
            "this token is not known here, or no longer valid",
            WWW_Authenticate='Bearer realm="fhir", error="invalid_token"',
        )
    key = request.META.get("HTTP_X_REQUEST_ID", "")[:200] or None
    ctx = Context(Actor(client.actor, "interface", client.name), "fhir", clock.now(), site=client.site, key=key)
    return Caller(ctx, client.scopes)
