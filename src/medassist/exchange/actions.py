"""Writes of the exchange: what no domain owns is kept, what arrives is received, and other systems get their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from medassist.exchange import anew, queries, store
from medassist.exchange.inputs import (
    Conclude,
    ConcludeAll,
    EnrolClient,
    ForgetRefused,
    IssueToken,
    Keep,
    Receive,
    ReceiveAll,
    RevokeToken,
    ShowAgain,
)
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


@dataclass(frozen=True, slots=True)
class Again:
    """How many rows were looked at, how many resources are new or changed, and after which row to go on."""

    rows: int
    changed: int
    last: UUID | None


@action("exchange.show_again", emits=None, shows=None)
def show_again(ctx: Context, given: ShowAgain) -> Again:
    """Show some rows as they are now, because they were there before their kind of resource was."""
    if (rows := anew.ROWS.get(given.rows)) is None:
        raise Missing("rows", given.rows)
    keys = rows.after(given.after, given.most)
    return Again(len(keys), anew.show(ctx, rows, keys), keys[-1] if keys else None)


@action("exchange.receive", emits=None, shows=None)
def receive(ctx: Context, given: Receive) -> Received:
    """Keep what another system sent, as it came."""
    return _kept(ctx, [given])[0]


@action("exchange.receive_all", emits=None, shows=None)
def receive_all(ctx: Context, given: ReceiveAll) -> list[Received]:
    """Keep all that another system sent at one time, as it came; in the same order."""
    return _kept(ctx, given.items)


def _kept(ctx: Context, items: Sequence[Receive]) -> list[Received]:
    """What came before under the same name with the same bytes is the same."""
    named = [(one.via, one.control, sha256(one.content).digest()) for one in items]
    ways, controls = {one.via for one in items}, {one.control for one in items}
    rows = Received.objects.filter(sender_id=ctx.actor.id, via__in=ways, control__in=controls)
    found = {(one.via, one.control, bytes(one.sha256)): one for one in rows}
    new = {}
    for name, one in zip(named, items, strict=True):
        if name not in found:
            via, control, digest = name
            found[name] = row = Received(
                sender_id=ctx.actor.id, via=via, control=control, kind=one.kind, sha256=digest,
                size=len(one.content), at=ctx.at,
            )  # fmt: skip
            new[row] = one.content
    Received.objects.bulk_create(new)
    ReceivedBytes.objects.bulk_create(ReceivedBytes(received=row, content=content) for row, content in new.items())
    return [found[name] for name in named]


@action("exchange.conclude", emits=None, shows=None)
def conclude(ctx: Context, given: Conclude) -> Outcome:
    """Say what came of something received, and keep the answer."""
    return _concluded(ctx, [given])[0]


@action("exchange.conclude_all", emits=None, shows=None)
def conclude_all(ctx: Context, given: ConcludeAll) -> list[Outcome]:
    """Say what came of each of several things received, and keep the answers; in the same order."""
    return _concluded(ctx, given.items)


def _concluded(ctx: Context, items: Sequence[Conclude]) -> list[Outcome]:
    asked = [one.received for one in items]
    mine = set(Received.objects.filter(pk__in=asked, sender_id=ctx.actor.id).values_list("pk", flat=True))
    if strange := next((one for one in asked if one not in mine), None):
        raise Missing("message", strange)
    rows = [
        Outcome(received_id=one.received, outcome=one.outcome, why=one.why, answer=one.answer, at=ctx.at)
        for one in items
    ]
    return Outcome.objects.bulk_create(rows)


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
