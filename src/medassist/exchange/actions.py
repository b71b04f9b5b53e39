"""Writes of the exchange: what no domain owns is kept, what arrives is received, and other systems get their tokens."""

from __future__ import annotations

from hashlib import sha256

from medassist.exchange import queries, store
from medassist.exchange.inputs import Conclude, EnrolClient, ForgetRefused, IssueToken, Keep, Receive, RevokeToken
from medassist.exchange.models import Outcome, Received, ReceivedBytes, Token
from medassist.exchange.shows import as_received
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing
from medassist.kernel.models import ActorRow


@action("exchange.keep", emits="exchange.kept", shows=None)
def keep(ctx: Context, given: Keep) -> int:
    """Keep resources that came from elsewhere and that no part of the office looks after yet."""
    if not len(given.ids) == len(given.resources) == len(given.named):
        raise Invalid({"ids": ["as many ids as resources are needed"]})
    store.gather([as_received(ctx, key, r) for key, r in zip(given.ids, given.resources, strict=True)])
    return len(given.ids)


@action("exchange.receive", emits=None, shows=None)
def receive(ctx: Context, given: Receive) -> Received:
    """Keep what another system sent, as it came."""
    digest = sha256(given.content).digest()
    name = {"sender_id": ctx.actor.id, "via": given.via, "control": given.control}
    if earlier := Received.objects.filter(**name, sha256=digest).first():
        return earlier
    arrived = Received.objects.create(
        **name, kind=given.kind, sha256=digest, size=len(given.content), at=ctx.at
    )  # fmt: skip
    ReceivedBytes.objects.create(received=arrived, content=given.content)
    return arrived


@action("exchange.conclude", emits=None, shows=None)
def conclude(ctx: Context, given: Conclude) -> Outcome:
    """Say what came of something received, and keep the answer."""
    if not Received.objects.filter(pk=given.received, sender_id=ctx.actor.id).exists():
        raise Missing("message", given.received)
    return Outcome.objects.create(
        received_id=given.received, outcome=given.outcome, why=given.why, answer=given.answer, at=ctx.at
    )


@action("exchange.forget_refused", emits=None, shows=None)
def forget_refused(ctx: Context, given: ForgetRefused) -> int:
    """Forget the content of refused requests after their time; that they came stays in the trail."""
    # the one place where rows go: a body that was refused is nobody's record, and may hold what it should not
    return queries.refused_before(given.before)._raw_delete("default")


@action("exchange.enrol", emits="exchange.enrolled", shows=None)
def enrol(ctx: Context, given: EnrolClient) -> ActorRow:
    """Give another system an account of its own."""
    code = f"interface:{given.client}"
    row = ActorRow.objects.filter(code=code).first()
    return row or ActorRow.objects.create(kind="interface", name=given.client, code=code, at=ctx.at)


@action("exchange.issue_token", emits="exchange.token_issued", shows=None)
def issue_token(ctx: Context, given: IssueToken) -> Token:
    """Give another system a token to sign in with."""
    if not ActorRow.objects.filter(pk=given.actor, active=True).exists():
        raise Missing("account", given.actor)
    return Token.objects.create(
        hash=given.hash, client=given.client, actor_id=given.actor, site=given.site, scopes=list(given.scopes),
        created_at=ctx.at, expires_at=given.expires_at,
    )  # fmt: skip


@action("exchange.revoke_token", emits="exchange.token_revoked", shows=None)
def revoke_token(ctx: Context, given: RevokeToken) -> Token:
    """Take a token back; it opens nothing from this moment on."""
    token = Token.objects.filter(pk=given.token).first()
    if token is None:
        raise Missing("token", given.token)
    if token.revoked_at:
        raise Conflict("This token was taken back before.")
    token.revoked_at = ctx.at
    token.save(update_fields=["revoked_at"])
    return token
