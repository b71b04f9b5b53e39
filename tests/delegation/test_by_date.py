"""The rules by date: adopted texts, the last sound one, who checked them, versions of a policy, help from afar."""

import json
from datetime import timedelta

import pytest

from medassist.domain.credentials.queries import office_day
from medassist.domain.delegation import actions, queries, rules
from medassist.domain.delegation.inputs import (
    AdoptFile,
    BeReachable,
    EndReach,
    KeepFile,
    RecordCheck,
    WithdrawFile,
    WithdrawPolicy,
)
from medassist.domain.delegation.models import Check, Policy, Reach, StateFile
from medassist.domain.delegation.rules import shelf
from medassist.kernel import authority, clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.ruling import Act
from tests.delegation.given import Office

pytestmark = pytest.mark.django_db(transaction=True)
SHOT = "injection.intramuscular"
ORDERED = {"orders": ["standing"], "ordered_by": ["MD"]}
A_DAY = timedelta(days=1)


@pytest.fixture
def office():
    office = Office()
    office.doctor = office.provider()
    return office


def text(state="US-CA", **changed):
    """A newer text of a state's file: the package's with something changed."""
    return json.dumps({**rules.state(state).data, **changed}, indent=1)


def forbidding(act, state="US-CA"):
    """A newer text in which an act is prohibited."""
    acts = [{**one, "rule": "prohibited"} if one["act"] == act else one for one in rules.state(state).data["acts"]]
    return text(state, acts=acts)


def adopt(office, ctx=None, **parts):
    start = {"state": "US-CA", "text": forbidding(SHOT), "from_on": office_day() + 7 * A_DAY}
    return actions.adopt(ctx or office.ctx, AdoptFile.of(**{**start, **parts}))


def ask(ctx, act, **facts):
    return authority.rule(ctx, Act(act, facts), "patient/x")


def codes(ruling):
    return {need.code for need in ruling.needs}


# --- adopted texts


def test_a_newer_text_is_adopted_from_its_day_and_the_one_before_holds_until_then(office):
    kept = adopt(office)
    before, after = kept.from_on - A_DAY, kept.from_on
    held = queries.shelf("US-CA")
    assert held.on(before) is rules.state("US-CA") and held.on(after).hash == kept.hash
    ma = office.assistant()
    office.policy(SHOT, by=office.doctor)
    office.signs_off(office.doctor, ma, SHOT)
    assert ask(office.as_(ma), SHOT, **ORDERED).allowed
    then = office.as_(ma, at=clock.now() + 8 * A_DAY)
    assert ask(then, SHOT, **ORDERED).decision == "deny"
    entry = AuditEntry.objects.get(action="delegation.adopt")
    assert entry.outcome == "done" and Event.objects.filter(name="delegation.adopted").count() == 1


def test_an_adopted_text_of_today_counts_for_the_next_question(office):
    ma = office.assistant()
    assert ask(office.as_(ma), SHOT).decision == "needs"
    adopt(office, from_on=office_day())
    assert ask(office.as_(ma), SHOT).decision == "deny"


def test_the_same_key_adopts_once(office):
    ctx = office.ctx.but(key="once")
    one, other = adopt(office, ctx), adopt(office, ctx)
    assert one.pk == other.pk and StateFile.objects.count() == 1


def test_an_assistant_adopts_nothing(office):
    ma = office.assistant()
    with pytest.raises(Refused):
        adopt(office, office.as_(ma))
    assert not StateFile.objects.exists()
    assert AuditEntry.objects.filter(action="delegation.adopt", outcome="refused").exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{ ", "the text, line 1, column 3"),
        ("[]", "the text, line 1, column 1"),
        (lambda: text(jurisdiction="US-NV"), "this text is of US-NV; it is wanted for US-CA."),
        (
            lambda: text(effective={"from": "2027-05-01", "to": "2027-04-01", "note": ""}),
            "reversed: it ends on 2027-04-01",
        ),
        (lambda: text(effective={"from": "2027-02-30", "note": ""}), "2027-02-30 is not a day of the calendar"),
        (lambda: text(confidence="certain"), "confidence is high, medium or low"),
        (lambda: text(certification={}), "shape of a state's file"),
    ],
)
def test_a_broken_text_is_not_adopted_and_the_fault_has_its_place(office, wrong, told):
    with pytest.raises(Invalid) as found:
        adopt(office, text=wrong() if callable(wrong) else wrong)
    assert told in " ".join(found.value.faults["text"]) and "line " in found.value.faults["text"][0]
    assert not StateFile.objects.exists()


def test_dates_that_are_past_reversed_or_overlap_are_told_and_nothing_is_taken(office):
    today = office_day()
    late = text(effective={"from": str(today + 30 * A_DAY), "note": ""})
    over = text(effective={"from": None, "to": str(today + A_DAY), "note": ""})
    for parts, told in (
        ({"from_on": today - A_DAY}, "from today or a later day"),
        ({"text": late}, "Reversed: the text itself holds from"),
        ({"text": over}, "Reversed: the text itself ends on"),
        ({"text": rules.state("US-CA").text}, "holds that day already"),
    ):
        with pytest.raises(Invalid) as found:
            adopt(office, **parts)
        assert told in found.value.faults["from_on"][0]
    adopt(office)
    with pytest.raises(Invalid) as found:
        adopt(office, text=forbidding("vitals.measure"), from_on=today + 3 * A_DAY)
    assert "Overlapping" in found.value.faults["from_on"][0]
    with pytest.raises(Conflict):
        adopt(office, text=forbidding("vitals.measure"))
    assert StateFile.objects.count() == 1


def test_an_unknown_state_is_told(office):
    with pytest.raises(Invalid) as found:
        adopt(office, state="US-XX")
    assert "There are no rules for US-XX" in found.value.faults["state"][0]


def test_a_withdrawn_text_gives_way_to_the_one_before(office):
    kept = adopt(office, from_on=office_day())
    gone = actions.withdraw_file(office.ctx, WithdrawFile.of(file=kept.pk, reason="Not the final text"))
    assert gone.withdrawn_why == "Not the final text"
    assert queries.book("US-CA") is rules.state("US-CA")
    with pytest.raises(Conflict):
        actions.withdraw_file(office.ctx, WithdrawFile.of(file=kept.pk, reason="Again"))
    with pytest.raises(Refused):
        actions.withdraw_file(office.as_(office.assistant()), WithdrawFile.of(file=kept.pk, reason="Mine"))
    assert adopt(office).from_on == kept.from_on + 7 * A_DAY


def test_a_policy_is_signed_for_a_text_that_is_still_to_come(office):
    kept = adopt(office, text=text(last_researched=str(office_day())))
    office.policy("vitals.measure", by=office.doctor)
    office.policy("vitals.measure", by=office.doctor, hash=kept.hash)
    with pytest.raises(Conflict):
        office.policy("vitals.measure", by=office.doctor, hash="0" * 64)
    assert {one.hash for one in queries.policies("US-CA")} == {kept.hash, rules.state("US-CA").hash}


def test_a_text_whose_own_last_day_is_over_needs_a_policy_again(office):
    over = rules.read("US-CA", text(effective={"from": None, "to": "2026-01-31", "note": ""}).encode())[0]
    who = rules.Standing(frozenset({"medical-assistant"}))
    facts = rules.Facts(frozenset({"patient_specific"}), frozenset({"MD"}), {"MD": 3})
    for day, needs in (("2026-01-31", set()), ("2026-02-01", {"policy"})):
        case = rules.Case("vitals.measure", "US-CA", rules.day(day), who, facts, {}, over)
        usual = codes(rules.decide(rules.Case("vitals.measure", "US-CA", rules.day(day), who, facts)))
        assert codes(rules.decide(case)) == usual | needs


# --- a file of the package that is broken


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """Break a state's file in a copy of the package's data."""

    def do(code):
        (tmp_path / "states").mkdir(exist_ok=True)
        for path in (rules.DATA / "states").glob("*.json"):
            (tmp_path / "states" / path.name).write_bytes(path.read_bytes())
        path = tmp_path / "states" / f"{code}.json"
        path.write_bytes(path.read_bytes()[:-40])
        monkeypatch.setattr(shelf, "DATA", tmp_path)
        shelf._lying.cache_clear()

    yield do
    monkeypatch.undo()
    shelf._lying.cache_clear()


def test_while_the_file_is_sound_the_house_keeps_it_once(office):
    ctx = system_context("jobs")
    kept = actions.keep(ctx, KeepFile.of(state="US-CA"))
    assert kept.hash == rules.state("US-CA").hash and kept.adopted_by is None
    assert actions.keep(ctx, KeepFile.of(state="US-CA")) is None and StateFile.objects.count() == 1
    with pytest.raises(Refused):
        actions.keep(office.ctx, KeepFile.of(state="US-CA"))
    with pytest.raises(Conflict):
        actions.withdraw_file(office.ctx, WithdrawFile.of(file=kept.pk, reason="None of yours"))


def test_a_broken_file_is_never_used_and_the_last_sound_text_stays_in_force(office, broken):
    ma = office.assistant()
    office.policy(SHOT, by=office.doctor)
    office.signs_off(office.doctor, ma, SHOT)
    actions.keep(system_context("jobs"), KeepFile.of(state="US-CA"))
    broken("CA")
    assert rules.state("US-CA") is None and "CA.json, line" in queries.broken(["US-CA"])["US-CA"][0]
    assert ask(office.as_(ma, at=clock.now() + timedelta(hours=1)), SHOT, **ORDERED).allowed
    assert actions.keep(system_context("jobs"), KeepFile.of(state="US-CA")) is None


def test_a_broken_file_without_an_earlier_one_opens_nothing(office, broken):
    ma = office.assistant()
    broken("CA")
    ruling = ask(office.as_(ma, at=clock.now() + timedelta(hours=1)), "vitals.measure")
    assert ruling.decision == "deny" and ruling.rule == "house/no-state"


# --- who checked it


def checked(office, ctx=None, **parts):
    start = {
        "state": "US-CA", "hash": rules.state("US-CA").hash, "name": "R. Amsel", "profession": "Attorney",
        "checked_on": office_day(),
    }  # fmt: skip
    return actions.record_check(ctx or office.ctx, RecordCheck.of(**{**start, **parts}))


def test_who_checked_the_rules_is_kept_with_profession_day_and_text(office):
    ctx = office.ctx.but(key="once")
    kept = checked(office, ctx, note="Injections alone")
    assert checked(office, ctx, note="Injections alone").pk == kept.pk and Check.objects.count() == 1
    assert (kept.name, kept.profession, kept.recorded_by) == ("R. Amsel", "Attorney", office.manager)
    assert Event.objects.filter(name="delegation.checked").count() == 1
    assert AuditEntry.objects.filter(action="delegation.record_check", outcome="done").exists()


def test_a_check_of_another_text_a_day_to_come_or_by_an_assistant_is_not_kept(office):
    with pytest.raises(Conflict):
        checked(office, hash="0" * 64)
    with pytest.raises(Invalid):
        checked(office, checked_on=office_day() + A_DAY)
    with pytest.raises(Refused):
        checked(office, office.as_(office.assistant()))
    assert not Check.objects.exists()


# --- versions of a policy


def test_a_policy_signed_anew_is_the_next_version_and_the_one_before_counts_no_more(office):
    [first] = office.policy(SHOT, by=office.doctor, narrows={"demonstrations": 50})
    [second] = office.policy(SHOT, by=office.doctor)
    assert (first.version, second.version, second.replaces_id) == (1, 2, first.pk)
    assert [one.pk for one in queries.policies("US-CA")] == [second.pk]
    assert [one.version for one in queries.history("US-CA", SHOT)] == [2, 1]
    ma = office.assistant()
    office.signs_off(office.doctor, ma, SHOT)
    assert ask(office.as_(ma), SHOT, **ORDERED).allowed
    with pytest.raises(Conflict):
        actions.withdraw_policy(office.ctx, WithdrawPolicy.of(policy=first.pk, reason="Too strict"))
    actions.withdraw_policy(office.ctx, WithdrawPolicy.of(policy=second.pk, reason="To be rewritten"))
    assert not queries.policies("US-CA") and codes(ask(office.as_(ma), SHOT, **ORDERED)) == {"policy"}
    assert Policy.objects.count() == 2


def test_a_policy_of_one_site_does_not_replace_the_one_for_all(office):
    [everywhere] = office.policy(SHOT, by=office.doctor)
    [here] = office.policy(SHOT, by=office.doctor, site=office.site.pk)
    assert here.version == 1 and {one.pk for one in queries.policies("US-CA")} == {everywhere.pk, here.pk}


def test_policies_to_review_are_those_whose_day_is_near(office):
    office.policy("vitals.measure", by=office.doctor, review_on=office_day() + 30 * A_DAY)
    office.policy(SHOT, by=office.doctor)
    assert [one.act for one in queries.to_review(office_day(), 60)] == ["vitals.measure"]
    assert not queries.to_review(office_day(), 20)


# --- supervision from afar, and who delegates


def reach(office, ctx, hours=2, **parts):
    given = {"site": office.site.pk, "how": "phone", "until_at": clock.now() + timedelta(hours=hours), **parts}
    return actions.be_reachable(ctx, BeReachable.of(**given))


@pytest.fixture
def texas():
    """An office in a state whose file asks for supervision within reach, with its provider out of the building."""
    office = Office("US-TX", "America/Chicago")
    office.doctor = office.provider(here=False)
    office.ma = office.assistant()
    office.policy("vitals.measure", by=office.doctor)
    return office


def test_a_provider_on_the_phone_supervises_where_the_file_asks_for_no_more(texas):
    assert rules.state("US-TX").entry("vitals.measure").clause.supervision == rules.BY_PHONE_OR_VIDEO
    asked = {"orders": ["patient_specific"]}
    assert {"delegator", "supervision"} <= codes(ask(texas.as_(texas.ma), "vitals.measure", **asked))
    reach(texas, texas.as_(texas.doctor))
    assert not {"delegator", "supervision"} & codes(ask(texas.as_(texas.ma), "vitals.measure", **asked))
    actions.end_reach(texas.as_(texas.doctor), EndReach.of(site=texas.site.pk))
    assert {"delegator", "supervision"} <= codes(ask(texas.as_(texas.ma), "vitals.measure", **asked))


def test_a_provider_on_the_phone_is_not_on_the_premises(office):
    office.leave(office.doctor)
    ma = office.assistant()
    office.policy(SHOT, by=office.doctor)
    office.signs_off(office.doctor, ma, SHOT)
    reach(office, office.as_(office.doctor), how="video")
    assert codes(ask(office.as_(ma), SHOT, **ORDERED)) == {"supervision"}
    assert codes(ask(office.as_(ma), SHOT, **ORDERED, supervision="direct")) == {"supervision"}


def test_reach_is_said_by_the_provider_alone_until_a_time_of_today(office):
    me, until = office.as_(office.doctor).but(key="once"), clock.now() + timedelta(hours=3)
    kept = reach(office, me, until_at=until)
    assert reach(office, me, until_at=until).pk == kept.pk and kept.until_at.minute % 15 == 0
    with pytest.raises(Conflict):
        reach(office, office.as_(office.doctor))
    with pytest.raises(Refused):
        reach(office, office.ctx)
    with pytest.raises(Refused):
        reach(office, office.as_(office.assistant()))
    assert Reach.objects.count() == 1 and Event.objects.filter(name="delegation.reachable").count() == 1


@pytest.mark.parametrize("hours", [-1, 0, 15])
def test_reach_until_a_time_that_is_over_or_far_is_not_kept(office, hours):
    with pytest.raises(Invalid) as found:
        reach(office, office.as_(office.doctor), hours=hours)
    assert "until_at" in found.value.faults and not Reach.objects.exists()


def test_reach_that_is_not_there_cannot_end(office):
    with pytest.raises(Conflict):
        actions.end_reach(office.as_(office.doctor), EndReach.of(site=office.site.pk))


def test_in_a_visit_its_own_provider_is_asked_to_delegate(office):
    office.state = "US-CA"
    nurse = office.provider("NP")
    ma = office.assistant()
    office.policy("vitals.measure", by=office.doctor)
    ctx = office.as_(ma)
    kinds = rules.state("US-CA").entry("vitals.measure").clause.delegators
    assert "MD" in kinds
    asked = {"orders": ["patient_specific"], "delegator": office.doctor.pk}
    assert "delegator" not in codes(ask(ctx, "vitals.measure", **asked))
    stranger = {**asked, "delegator": ma.pk}
    assert "delegator" in codes(ask(ctx, "vitals.measure", **stranger))
    by_np = codes(ask(ctx, "vitals.measure", **{**asked, "delegator": nurse.pk}))
    assert ("delegator" in by_np) == ("NP" not in kinds)
