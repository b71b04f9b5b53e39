"""One message: kept, acted upon, answered; and the same answer when it comes again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from medassist.codecs.hl7v2 import Segment, parse
from medassist.exchange.models import Outcome, Received, ReceivedBytes
from medassist.interfaces.hl7 import inbox, routes
from medassist.kernel.errors import Invalid, Missing
from medassist.kernel.models import ActorRow

pytestmark = pytest.mark.django_db(transaction=True)


def message(control: str = "M1", kind: str = "ZZZ^Z01", more: str = "", want: str = "") -> bytes:
    """A message of a kind that the office does not know by itself."""
    return f"MSH|^~\\&|LAB|NORTH|US|HERE|20261123||{kind}|{control}|P|2.5.1|||{want}\rPID|1||1\r{more}".encode()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No account of an earlier test, and the routes as they were."""
    inbox._enrolled.cache_clear()
    before = dict(routes._routes)
    yield
    routes._routes.clear()
    routes._routes.update(before)
    inbox._enrolled.cache_clear()


def said(content: bytes) -> tuple[str, str, Segment | None]:
    """Code, control id and first error of an answer."""
    answer = parse(inbox.answer(content) or pytest.fail("no answer"))
    acknowledged = answer.first("MSA")
    assert acknowledged
    return acknowledged.get(1), acknowledged.get(2), answer.first("ERR")


def test_what_nobody_handles_is_kept_and_rejected() -> None:
    code, control, error = said(message())
    assert (code, control) == ("AR", "M1")
    assert error and error.get(3) == "200" and "ZZZ Z01" in error.get(8)
    assert bytes(ReceivedBytes.objects.get().content) == message()
    assert Outcome.objects.get().outcome == "refused"
    assert Received.objects.get().kind == "ZZZ^Z01"


def test_a_handler_acts_once_and_a_resend_gets_the_same_answer() -> None:
    acted: list[str] = []

    @routes.handles("ZZZ", "Z01")
    def take(ctx: Any, kept: list[routes.Kept]) -> list[routes.Reply]:
        acted.append(f"{ctx.actor.kind} {ctx.via} {len(kept)}")
        return [routes.Reply("AA")]

    first = inbox.answer(message())
    assert inbox.answer(message()) == first
    assert acted == ["interface hl7 1"]
    assert Received.objects.count() == Outcome.objects.count() == 1
    assert parse(first or b"").first("MSA").get(1) == "AA"  # type: ignore[union-attr]


def test_other_bytes_under_the_same_id_are_kept_and_not_acted_upon() -> None:
    acted: list[str] = []
    routes.handles("ZZZ")(lambda ctx, kept: acted.append(kept[0][0].control) or [routes.Reply("AA")])
    assert said(message())[0] == "AA"
    code, control, error = said(message(more="NTE|1||other\r"))
    assert (code, control) == ("AE", "M1") and error and error.get(3) == "205"
    assert acted == ["M1"] and Received.objects.count() == 2


def test_the_same_id_from_another_sender_is_another_message() -> None:
    routes.handles("ZZZ")(lambda ctx, kept: [routes.Reply("AA")])
    assert said(message())[0] == "AA"
    assert said(message().replace(b"NORTH", b"SOUTH"))[0] == "AA"


@pytest.mark.parametrize(
    ("error", "condition"),
    [(Invalid({"PID-3": ["is missing"]}), "102"), (Missing("patient", "1"), "204"), (RuntimeError("boom"), "207")],
)
def test_what_goes_wrong_is_an_error_that_says_what(error: Exception, condition: str) -> None:
    def fail(ctx: Any, kept: list[routes.Kept]) -> list[routes.Reply]:
        raise error

    routes.handles("ZZZ")(fail)
    code, _, told = said(message())
    assert code == "AE" and told and told.get(3) == condition
    assert "boom" not in told.get(8)
    assert Outcome.objects.get().outcome == "invalid"


def test_bytes_that_are_no_message_are_kept_too() -> None:
    code, control, error = said(b"hello\xff")
    assert (code, control) == ("AR", "") and error and error.get(3) == "100"
    assert bytes(ReceivedBytes.objects.get().content) == b"hello\xff"


def test_a_message_without_control_id_is_an_error() -> None:
    code, _, error = said(message(control=""))
    assert code == "AE" and error and error.repetitions(2) == [["MSH", "1", "10"]]


@pytest.mark.parametrize(
    ("want", "good", "bad"),
    [("NE|NE", False, False), ("AL|AL", True, True), ("NE|ER", False, True), ("NE|SU", True, False)],
)
def test_the_sender_says_when_it_wants_an_answer(want: str, good: bool, bad: bool) -> None:
    routes.handles("ZZZ", "Z01")(lambda ctx, kept: [routes.Reply("AA")])
    asked = message(want=want.replace("|NE", "|NE"))
    assert (inbox.answer(asked) is not None) is good
    assert (inbox.answer(message("M2", "ZZZ^Z02", want=want)) is not None) is bad
    assert inbox.answer(asked) == inbox.answer(asked)


@pytest.mark.parametrize(
    ("want", "good", "bad"), [("AL|NE", "CA", "CR"), ("ER|NE", "", "CR"), ("SU|NE", "CA", ""), ("AL|AL", "AA", "AR")]
)
def test_a_sender_that_asks_only_whether_it_was_taken_is_told_that(want: str, good: str, bad: str) -> None:
    routes.handles("ZZZ", "Z01")(lambda ctx, kept: [routes.Reply("AA")])
    for content, code in ((message(), good), (message("M2", "ZZZ^Z02"), bad)):
        answer = inbox.answer(content.replace(b"|2.5.1|||\r", f"|2.5.1|||{want}\r".encode()))
        found = parse(answer).first("MSA").get(1) if answer else ""  # type: ignore[union-attr]
        assert found == code


def test_without_a_grant_nothing_is_kept_and_nothing_is_acknowledged(settings: Any) -> None:
    inbox.account()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    assert said(message())[0] == "AR"
    assert not Received.objects.exists()


def test_the_grant_of_the_port_is_given_once() -> None:
    from medassist.domain.delegation import actions
    from medassist.domain.delegation.inputs import WithdrawGrants
    from medassist.kernel.testing import context

    account = inbox.account()
    actions.withdraw_grants(context(), WithdrawGrants(actor=account.id, reason="The port is closed."))
    inbox._enrolled.cache_clear()
    assert inbox.account() == account
    assert said(message())[0] == "AR" and not Received.objects.exists()
    assert ActorRow.objects.filter(kind="interface").count() == 1


def test_no_database_means_not_now(monkeypatch: pytest.MonkeyPatch) -> None:
    from medassist.interfaces.hl7 import listener

    def down(contents: list[bytes]) -> list[bytes]:
        raise OperationalError("gone")

    monkeypatch.setattr(inbox, "answers", down)
    answer = parse(listener.handle([message()])[0] or b"")
    assert answer.first("MSA").get(1) == "AR"  # type: ignore[union-attr]
    assert "again later" in answer.first("ERR").get(8)  # type: ignore[union-attr]
