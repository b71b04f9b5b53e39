"""The schedule in FHIR: what is shown is valid R4, what comes in becomes the inputs that a form would make."""

import pytest

from medassist.codecs import fhir
from medassist.domain.scheduling import actions, inputs, queries, wire
from medassist.domain.scheduling.models import Slot
from medassist.kernel.errors import Invalid
from medassist.kernel.testing import context
from tests.office.given import given_patient, given_provider, given_room, given_site
from tests.scheduling.given import at, given_appointment, given_offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]


def valid(resource: dict) -> dict:
    """The resource, as another system would read it."""
    told = fhir.loads(fhir.dumps(resource))
    assert fhir.faults(told) == []
    return told


def asked(**parts) -> dict:
    """An Appointment that another system sends."""
    patient, provider, site = given_patient().pk, given_provider().pk, given_site().pk
    people = [f"Patient/{patient}", f"Practitioner/{provider}", f"Location/{site}"]
    return {
        "resourceType": "Appointment", "status": "booked", "start": at(10).isoformat(), "end": at(10, 20).isoformat(),
        "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in people],
        "reasonCode": [{"text": "Knee"}], **parts,
    }  # fmt: skip


def test_what_is_shown_is_valid(yes):
    hale = given_provider()
    schedule = given_offer(hale)
    made = given_appointment(hale, reason="Knee", room=given_room("4").pk)
    told = valid(wire.appointment(made))
    assert told["slot"] == [{"reference": f"Slot/{Slot.objects.get(start_at=at(10)).pk}"}]
    assert told["minutesDuration"] == 20 and told["serviceType"] == [{"text": "Office visit"}]
    valid(wire.schedule(schedule)), valid(wire.slot(Slot.objects.first()))
    gone = valid(wire.appointment(actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="pat"))))
    assert gone["status"] == "cancelled" and gone["cancelationReason"]["coding"][0]["code"] == "pat"
    assert "slot" not in gone


def test_an_appointment_by_its_times_says_what_a_form_would():
    told = asked()
    given = wire.from_fhir(valid(told))
    patient, provider, site = (one["actor"]["reference"].split("/")[1] for one in told["participant"])
    assert given == inputs.Book.of(
        patient=patient, provider=provider, site=site, start_at=at(10), end_at=at(10, 20), reason="Knee"
    )
    assert actions.book(context(), given).end_at == at(10, 20)


def test_an_appointment_that_names_a_slot_books_it():
    hale = given_provider()
    given_offer(hale)
    slot = Slot.objects.get(start_at=at(10))
    patient = {"actor": {"reference": f"Patient/{given_patient().pk}"}, "status": "accepted"}
    told = {
        "resourceType": "Appointment", "status": "booked", "slot": [{"reference": f"Slot/{slot.pk}"}],
        "participant": [patient],
    }  # fmt: skip
    assert actions.book(context(), wire.from_fhir(told)).provider_id == hale.pk


def test_an_appointment_without_a_patient_or_that_begins_cancelled_is_impossible():
    with pytest.raises(Invalid):
        wire.from_fhir(asked(participant=[]))
    with pytest.raises(Invalid):
        wire.from_fhir(asked(status="cancelled"))


def test_a_room_stands_for_its_site():
    room = given_room("4")
    place = {"actor": {"reference": f"Location/{room.pk}"}, "status": "accepted"}
    given = wire.from_fhir(asked(participant=[*asked()["participant"][:1], place]))
    assert (given.room, given.site) == (room.pk, room.site_id)


def test_a_new_version_asks_for_what_is_different():
    made = given_appointment()
    now = wire.appointment(made)

    def change(**parts):
        return wire.from_fhir({**now, **parts}, made.pk)

    assert change(status="cancelled", cancelationReason={"text": "Moved away"}).reason == "Moved away"
    assert isinstance(change(status="cancelled"), inputs.Cancel)
    assert isinstance(change(status="noshow"), inputs.NoShow)
    assert change(status="arrived").status == "arrived"
    moved = change(start=at(11).isoformat(), end=at(11, 30).isoformat())
    assert isinstance(moved, inputs.Reschedule) and moved.minutes == 30
    assert change(reasonCode=[{"text": "Hip"}]) == inputs.ChangeAppointment.of(
        appointment=made.pk, reason="Hip", note=""
    )
    with pytest.raises(Invalid):
        change(status="waitlist")


def test_a_cancelled_one_does_not_come_back_by_a_status():
    made = given_appointment()
    gone = actions.cancel(context(), inputs.Cancel.of(appointment=made.pk, code="prov"))
    with pytest.raises(Invalid):
        wire.from_fhir({**wire.appointment(gone), "status": "booked"}, made.pk)
    assert queries.appointment(made.pk).status == "cancelled"


def test_times_without_a_zone_are_not_moments():
    made = given_appointment()
    with pytest.raises(Invalid):
        wire.from_fhir({**wire.appointment(made), "start": "2027-01-04T10:00:00"}, made.pk)
