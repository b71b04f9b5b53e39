"""What software may do: what its written grant lists, never wider than its role or its person."""

from datetime import timedelta

import pytest

from medassist.domain.credentials.queries import office_day
from medassist.domain.delegation import actions
from medassist.domain.delegation.inputs import WithdrawGrants
from medassist.kernel.context import Actor
from medassist.kernel.errors import Invalid
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import ActorRow
from medassist.kernel.testing import context
from tests.delegation.given import Office
from tests.delegation.test_authority import ORDERED, SHOT, ask, codes, office, ready

__all__ = ["office", "ready"]
pytestmark = pytest.mark.django_db(transaction=True)


def software(kind="interface", **parts):
    from medassist.kernel import guard

    with guard.open_house("test"):
        return ActorRow.objects.create(kind=kind, name="robot", code=f"{kind}-{uuid7()}", **parts)


def as_software(row, office, **parts):
    return context(actor=Actor(row.pk, row.kind, row.name), site=office.site.pk, **parts)


def test_software_does_what_its_grant_lists_and_nothing_else(ready):
    robot = software()
    ctx = as_software(robot, ready)
    assert ask(ctx, "schedule.manage").rule == "house/not-granted"
    ready.grant(robot.pk, profile="medical-assistant")
    assert codes(ask(ctx, "schedule.manage")) == {"policy"}
    ready.policy("schedule.manage")
    assert ask(ctx, "schedule.manage").allowed and ask(ctx, "vitals.receive").allowed
    assert ask(ctx, "house.manage_staff").rule == "house/not-granted"
    assert ask(ctx, SHOT, **ORDERED).rule == "house/hands-on"
    actions.withdraw_grants(ready.ctx, WithdrawGrants.of(actor=robot.pk, reason="Contract ended"))
    assert ask(ctx, "vitals.receive").rule == "house/not-granted"


def test_software_as_an_assistant_is_bound_by_supervision_like_one(ready):
    robot = software()
    ready.grant(robot.pk, profile="medical-assistant")
    ready.policy("schedule.manage")
    ready.leave(ready.doctor)
    assert {"delegator", "supervision"} == codes(ask(as_software(robot, ready), "schedule.manage"))


def test_an_agent_gets_the_narrower_of_its_grant_and_its_person(ready):
    clerk = ready.person("front-desk")
    agent = software("agent")
    ready.grant(agent.pk, acts=["schedule.manage", "house.manage_staff"])
    ready.policy("schedule.manage")
    ctx = as_software(agent, ready)
    assert ask(ctx, "schedule.manage").rule == "house/no-principal"
    assert ask(ctx.but(on_behalf_of=clerk.actor_id), "schedule.manage").allowed
    assert ask(ctx.but(on_behalf_of=clerk.actor_id), "house.manage_staff").decision == "deny"
    assert ask(ctx.but(on_behalf_of=clerk.actor_id), "worklist.manage").rule == "house/not-granted"


def test_an_agent_without_a_named_person_acts_for_its_owner(ready):
    agent = software("agent", owner_id=ready.manager.actor_id)
    ready.grant(agent.pk, acts=["house.manage_staff"])
    assert ask(as_software(agent, ready), "house.manage_staff").allowed


def test_a_grant_for_one_site_does_not_reach_another(ready):
    robot = software()
    ready.grant(robot.pk, acts=["vitals.receive"], site=ready.site.pk)
    assert ask(as_software(robot, ready), "vitals.receive").allowed
    assert ask(as_software(robot, ready).but(site=uuid7()), "vitals.receive").rule == "house/not-granted"


def test_a_grant_of_hands_or_to_a_person_is_impossible(office):
    with pytest.raises(Invalid):
        office.grant(office.manager.actor_id, acts=["house.list"])
    with pytest.raises(Invalid):
        office.grant(software().pk, acts=["vitals.measure"])


def test_granting_twice_grants_once(office):
    robot = software()
    first, again = office.grant(robot.pk, profile="read"), office.grant(robot.pk, profile="read")
    assert [g.pk for g in first] == [g.pk for g in again]


def test_a_grant_ends_with_its_day(office):
    robot = software()
    office.grant(robot.pk, acts=["vitals.receive"], until=office_day() - timedelta(days=1))
    assert ask(as_software(robot, office), "vitals.receive").rule == "house/not-granted"


def test_in_an_office_without_staff_an_account_reads_and_the_system_imports():
    robot = software()
    ctx = context(actor=Actor(robot.pk, "interface", "robot"))
    assert ask(ctx, "house.open_chart").allowed and ask(ctx, "house.list").allowed
    assert not ask(ctx, "records.import").allowed
    assert ask(context(), "records.import").allowed and not ask(context(), "vitals.measure").allowed
    Office()
    assert not ask(ctx, "house.open_chart").allowed
