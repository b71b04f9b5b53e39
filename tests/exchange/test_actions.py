"""What arrives is kept once, and answered as before; tokens are given and taken back; what was refused is forgotten."""

from datetime import timedelta
from hashlib import sha256

import pytest

from medassist.exchange import actions, queries
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
)
from medassist.exchange.models import Outcome, Received, ReceivedBytes, Resource, Token
from medassist.kernel import clock
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import ActorRow, AuditEntry, Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
MESSAGE = Receive(via="hl7", control="MSG-1", kind="ORU^R01", content=b"MSH|^~\\&|\xff")


def arrived(ctx, **parts) -> Received:
    return actions.receive(ctx, MESSAGE.model_copy(update=parts))


def test_what_arrives_is_kept_as_it_came(ctx):
    one = arrived(ctx)
    assert queries.content(one.pk) == MESSAGE.content
    assert bytes(one.sha256) == sha256(MESSAGE.content).digest()
    assert (one.sender_id, one.via, one.control, one.size) == (ctx.actor.id, "hl7", "MSG-1", len(MESSAGE.content))
    assert AuditEntry.objects.get().action == "exchange.receive"


def test_the_same_again_is_the_same_and_other_bytes_are_kept_beside(ctx):
    first, again = arrived(ctx), arrived(ctx)
    other = arrived(ctx, content=b"other")
    assert first.pk == again.pk != other.pk
    assert queries.received(ctx.actor.id, "hl7", "MSG-1", b"other").pk == other.pk
    assert queries.sent_before(ctx.actor.id, "hl7", "MSG-1") and not queries.sent_before(ctx.actor.id, "hl7", "MSG-2")
    assert queries.received(ctx.actor.id, "fhir", "MSG-1", MESSAGE.content) is None


def test_an_answer_is_kept_and_found_again(ctx):
    one = arrived(ctx)
    assert queries.answered(one.pk) is None
    actions.conclude(ctx, Conclude(received=one.pk, outcome="accepted", answer=b"MSA|AA|MSG-1"))
    assert bytes(queries.answered(one.pk).answer) == b"MSA|AA|MSG-1"


def test_only_what_one_received_oneself_can_be_concluded(ctx):
    with pytest.raises(Missing):
        actions.conclude(ctx, Conclude(received=uuid7(), outcome="accepted"))
    with pytest.raises(Invalid):
        Conclude.of(received=uuid7(), outcome="perhaps")


def test_many_at_once_are_kept_in_their_order_and_what_was_there_is_the_same(ctx):
    first = arrived(ctx)
    items = tuple(MESSAGE.model_copy(update={"control": f"MSG-{n}"}) for n in (2, 1, 3, 2))
    made = actions.receive_all(ctx, ReceiveAll(items=items))
    assert [one.control for one in made] == ["MSG-2", "MSG-1", "MSG-3", "MSG-2"]
    assert made[1].pk == first.pk and made[0].pk == made[3].pk
    assert Received.objects.count() == ReceivedBytes.objects.count() == 3
    told = tuple(Conclude(received=one.pk, outcome="accepted", answer=one.control.encode()) for one in made[:3])
    actions.conclude_all(ctx, ConcludeAll(items=told))
    assert {bytes(one.answer) for one in queries.answers([one.pk for one in made]).values()} == {
        b"MSG-1",
        b"MSG-2",
        b"MSG-3",
    }
    with pytest.raises(Missing):
        actions.conclude_all(ctx, ConcludeAll(items=(*told, Conclude(received=uuid7(), outcome="accepted"))))
    assert Outcome.objects.count() == 3


def test_many_at_once_are_refused_without_a_grant_and_none_is_invalid(ctx, no):
    with pytest.raises(Refused):
        actions.receive_all(ctx, ReceiveAll(items=(MESSAGE,)))
    with pytest.raises(Refused):
        actions.conclude_all(ctx, ConcludeAll(items=(Conclude(received=uuid7(), outcome="accepted"),)))
    with pytest.raises(Invalid):
        ReceiveAll.of(items=())
    assert not Received.objects.exists() and AuditEntry.objects.filter(outcome="refused").count() == 2


def test_receiving_is_refused_without_a_grant_and_leaves_nothing(ctx, no):
    with pytest.raises(Refused):
        arrived(ctx)
    assert not Received.objects.exists()
    assert AuditEntry.objects.get().outcome == "refused"


def test_a_message_beyond_ten_megabytes_is_not_taken(ctx):
    with pytest.raises(Invalid):
        Receive.of(via="hl7", control="1", content=b"x" * 10_000_001)


def test_the_bytes_of_refused_requests_are_forgotten_after_their_time_and_no_others(ctx):
    old = clock.now() - timedelta(days=31)
    before = ctx.but(at=old)
    kept = {}
    for name, via, outcome, when in (
        ("refused", "fhir", "refused", before),
        ("accepted", "fhir", "accepted", before),
        ("recent", "fhir", "refused", ctx),
        ("message", "hl7", "refused", before),
    ):
        kept[name] = arrived(when, via=via, control=name, content=name.encode())
        actions.conclude(when, Conclude(received=kept[name].pk, outcome=outcome))
    assert actions.forget_refused(ctx, ForgetRefused(before=clock.now() - timedelta(days=30))) == 1
    assert queries.content(kept["refused"].pk) is None
    assert ReceivedBytes.objects.count() == 3 and Received.objects.count() == Outcome.objects.count() == 4


def given_client(ctx, name="lab") -> ActorRow:
    return actions.enrol(ctx, EnrolClient(client=name))


def given_token(ctx, text="secret", **parts) -> Token:
    asked = {
        "actor": given_client(ctx).pk,
        "client": "lab",
        "hash": sha256(text.encode()).digest(),
        "scopes": ["system/*.read"],
        **parts,
    }
    return actions.issue_token(ctx, IssueToken.of(**asked))


def test_a_system_has_one_account_however_often_it_is_enrolled(ctx):
    assert given_client(ctx).pk == given_client(ctx).pk
    assert ActorRow.objects.get(code="interface:lab").kind == "interface"
    with pytest.raises(Invalid):
        EnrolClient.of(client="")


def test_a_token_says_whose_it_is_until_it_is_taken_back(ctx):
    token = given_token(ctx)
    found = queries.client("secret")
    assert (found.name, found.scopes) == ("lab", ("system/*.read",))
    assert queries.client("other") is None
    actions.revoke_token(ctx, RevokeToken(token=token.pk))
    assert queries.client("secret") is None
    with pytest.raises(Conflict):
        actions.revoke_token(ctx, RevokeToken(token=token.pk))
    with pytest.raises(Missing):
        actions.revoke_token(ctx, RevokeToken(token=uuid7()))


def test_a_token_ends_with_its_time_and_with_its_account(ctx):
    given_token(ctx, expires_at=clock.now() - timedelta(seconds=1))
    assert queries.client("secret") is None
    with pytest.raises(Missing):
        given_token(ctx, "x", actor=uuid7())
    with pytest.raises(Invalid):
        given_token(ctx, "x", scopes=[])


def test_the_trail_never_holds_a_token_or_its_hash(ctx):
    given_token(ctx)
    told = " ".join(AuditEntry.objects.values_list("detail", flat=True))
    assert "secret" not in told and sha256(b"secret").hexdigest() not in told


def test_tokens_are_refused_without_authority(ctx, no):
    with pytest.raises(Refused):
        given_client(ctx)
    assert not ActorRow.objects.filter(kind="interface").exists()


def test_the_same_key_twice_is_one_keeping_and_the_event_is_told_once(ctx):
    plan = {"resourceType": "CarePlan", "id": "1", "status": "active", "intent": "plan"}
    given = Keep(named=["CarePlan/1"], ids=[uuid7()], resources=[plan])
    once = ctx.but(key="k1")
    assert actions.keep(once, given) == actions.keep(once, given) == 1
    assert Resource.objects.count() == Event.objects.filter(name="exchange.kept").count() == 1


def test_keeping_needs_a_key_for_every_resource(ctx):
    with pytest.raises(Invalid):
        actions.keep(ctx, Keep(named=["CarePlan/1"], ids=[], resources=[{}]))
