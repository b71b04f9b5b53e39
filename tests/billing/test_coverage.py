"""Billing: coverage recorded, ended, adopted; done, refused, impossible, the same key twice."""

import pytest

from medassist.codecs import fhir
from medassist.domain.billing import actions, queries, wire
from medassist.domain.billing.inputs import AdoptCoverages, EndCoverage, RecordCoverage
from medassist.domain.billing.models import Coverage
from medassist.exchange import queries as exchange
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from tests.people.given import given_patient

pytestmark = pytest.mark.django_db
CARD = {"payer": "Blue Shield of California", "member_id": "XEH123456789", "group": "G-77", "plan": "PPO"}


def record(patient, ctx=None, **more):
    return actions.record_coverage(ctx or context(), RecordCoverage.of(**{"patient": patient.id, **CARD, **more}))


def test_a_coverage_is_recorded_with_entry_event_and_fhir(yes):
    one = given_patient()
    row = record(one, begins_on="2026-01-01")
    assert queries.coverages(one.id)[0]["payer"] == CARD["payer"]
    entry = AuditEntry.objects.get(action="billing.record_coverage")
    assert (entry.act, entry.outcome, entry.patient) == ("billing.manage", "done", one.id)
    assert Event.objects.filter(name="billing.coverage_recorded").exists()
    kept = fhir.loads(exchange.read("Coverage", str(row.entry)).body)
    assert not fhir.faults(kept) and kept["subscriberId"] == CARD["member_id"]
    again = wire.from_fhir(kept, one.id)
    assert {name: getattr(again, name) for name in CARD} == CARD and again.begins_on == "2026-01-01"


def test_recording_refused_invalid_missing_and_twice_under_one_key(yes, settings):
    one = given_patient()
    ctx = context(key="k")
    assert record(one, ctx).id == record(one, ctx).id and Coverage.objects.count() == 1
    for field, bad in (
        ("payer", {"payer": ""}), ("begins_on", {"begins_on": "2026-02-31"}), ("rank", {"rank": 0}),
        ("ends_on", {"begins_on": "2026-02-01", "ends_on": "2026-01-01"}), ("subscriber", {"relationship": "child"}),
        ("relationship", {"relationship": "cousin"}), ("payer", {"payer": "a\x00"}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as why:
            RecordCoverage.of(**{"patient": one.id, **CARD, **bad})
        assert field in why.value.faults or "" in why.value.faults
    with pytest.raises(Missing):
        actions.record_coverage(context(), RecordCoverage.of(patient=uuid7(), **CARD))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        record(one, payer="Other")


def test_the_same_card_twice_is_a_conflict_and_the_same_place_is_asked_about(yes):
    one = given_patient()
    record(one)
    with pytest.raises(Conflict):
        record(one)
    with pytest.raises(Invalid) as why:
        record(one, payer="Medicare", member_id="1EG4")
    assert "rank" in why.value.doubts
    record(one, payer="Medicare", member_id="1EG4", rank=2)
    assert [line["rank"] for line in queries.coverages(one.id)] == [1, 2]


def test_a_card_put_right_is_a_new_row_that_names_the_old_one(yes):
    one = given_patient()
    first = record(one)
    second = record(one, member_id="XEH987", replaces=first.entry, reason="Read wrongly")
    assert second.replaces_id == first.id and second.entry == first.entry
    assert [line["member_id"] for line in queries.coverages(one.id)] == ["XEH987"]
    with pytest.raises(Missing):
        record(given_patient("Lund", "Maya"), replaces=first.entry)


def test_a_coverage_ends_with_a_reason_and_stays_in_the_record(yes, settings):
    one = given_patient()
    row = record(one)
    ctx, ask = (
        context(key="k"),
        EndCoverage.of(patient=one.id, coverage=row.entry, reason="Changed jobs", on="2026-10-31"),
    )
    assert actions.end_coverage(ctx, ask).id == actions.end_coverage(ctx, ask).id
    assert queries.coverages(one.id) == [] and queries.coverages(one.id, past=True)[0]["ends_on"] == "2026-10-31"
    with pytest.raises(Conflict):
        actions.end_coverage(context(), ask)
    with pytest.raises(Invalid):
        EndCoverage.of(patient=one.id, coverage=row.entry, reason="", on="soon")
    with pytest.raises(Missing):
        actions.end_coverage(context(), EndCoverage.of(patient=one.id, coverage=uuid7(), reason="x"))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.end_coverage(context(), ask)


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [("", "", True), ("2020", "", True), ("2999-01-01", "", False), ("2020-01-01", "2020-12-31", False),
     ("2020-01-01", "2999", True)],
)  # fmt: skip
def test_a_coverage_holds_between_its_days(yes, begins, ends, holds):
    one = given_patient()
    record(one, begins_on=begins, ends_on=ends)
    assert bool(queries.coverages(one.id)) is holds


def test_coverages_of_other_systems_are_adopted_as_they_are(yes, settings):
    one = given_patient()
    told = {
        "resourceType": "Coverage", "id": str(uuid7()), "status": "active", "type": {"text": "HMO"},
        "beneficiary": {"reference": f"Patient/{one.id}"}, "contained": [{"resourceType": "Organization", "id": "o",
        "name": "Aetna"}], "payor": [{"reference": "#o"}], "extension": [{"url": "urn:x", "valueDecimal": 1}],
    }  # fmt: skip
    ctx, ask = context(key="k"), AdoptCoverages.of(resources=[told])
    rows = actions.adopt(ctx, ask)
    assert actions.adopt(ctx, ask)[0].id == rows[0].id and wire.to_fhir(rows) == [told]
    assert actions.adopt(context(), ask)[0].id == rows[0].id
    assert (queries.coverages(one.id)[0]["payer"], queries.coverages(one.id)[0]["plan"]) == ("Aetna", "HMO")
    changed = actions.adopt(context(), AdoptCoverages.of(resources=[{**told, "status": "cancelled"}]))
    assert changed[0].replaces_id == rows[0].id
    with pytest.raises(Missing):
        gone = {**told, "id": str(uuid7()), "beneficiary": {"reference": f"Patient/{uuid7()}"}}
        actions.adopt(context(), AdoptCoverages.of(resources=[gone]))
    with pytest.raises(Invalid):
        actions.adopt(context(), AdoptCoverages.of(resources=[{**told, "resourceType": "Account"}]))
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.adopt(context(), ask)
