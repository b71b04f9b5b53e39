"""People, pages: registering in few keys, duplicates while typing, finding by POST, changing, photo, alerts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from medassist.domain.people import queries
from medassist.domain.people.models import Alert, Patient
from medassist.kernel.models import AuditEntry
from tests.access.given import given_account, signed_in
from tests.office.given import given_office
from tests.people.given import given_patient, phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
ORTEGA = {"family": "Ortega", "given": "Marisol", "birth_date": "3/4/83", "phone": "(415) 555-2671"}


@pytest.fixture
def client():
    """The manager's browser."""
    return signed_in(given_account(given_office(), "maya.lund@alderstreet.example"))


def test_a_patient_is_registered_with_four_boxes(client):
    assert b"New patient" in client.get("/people/new").content
    answer = client.post("/people/new", ORTEGA)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    one = Patient.objects.get()
    assert (one.family, one.given, one.born) == ("Ortega", "Marisol", "1983-03-04")
    assert one.telecoms == [{"system": "phone", "value": "+14155552671"}] and one.names[0]["use"] == "official"


def test_all_boxes_are_kept_and_shown(client):
    more = {
        "gender": "female", "consent_to_text": "yes", "preferred": "Mari", "pronouns": "she/her", "birth_sex": "F",
        "gender_identity": "Female gender identity", "language": "es", "interpreter": "yes", "marital_status": "M",
        "email": "mari@example.org", "line": "1 Oak St, Apt 2", "city": "Oakland",
        "state": "CA", "postal_code": "94612",
        "contact_name": "Carlos Ortega", "contact_relationship": "SPS", "contact_phone": "415 555 2672",
        "race": ["2106-3", "2028-9"], "race-asked": "1", "ethnicity": "2135-2",
    }  # fmt: skip
    assert client.post("/people/new", {**ORTEGA, **more}).status_code == 303
    one = Patient.objects.get()
    assert (one.preferred, one.language, one.interpreter, one.text_consent) == ("Mari", "es", True, True)
    page = client.get(f"/people/{one.pk}").content.decode()
    for said in (
        "Mari", "she/her", "White, Asian", "Hispanic or Latino", "Spanish", "Needed", "mari@example.org",
        "1 Oak St, Apt 2, Oakland, CA 94612", "Carlos Ortega", "spouse", "(415) 555-2672", "(415) 555-2671",
    ):  # fmt: skip
        assert said in page, said
    form = client.get(f"/people/{one.pk}/change").content.decode()
    assert 'value="Mar 4, 1983"' in form and 'value="Oakland"' in form


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"birth_date": "2/30/1990"}, "February has no day 30 in 1990."),
        ({"birth_date": "soon"}, "is no date"),
        ({"phone": "call me"}, "is no phone number"),
        ({"email": "nobody"}, "is no e-mail address"),
        ({"family": "", "given": ""}, "Enter a name"),
        ({"family": "x" * 5000}, "up to 300 can be kept"),
        ({"family": "<script>alert(1)</script>", "birth_date": "x"}, "&lt;script&gt;"),
        ({"family": "a\x00b"}, "NUL"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_nothing_typed_is_lost(client, sent, said):
    answer = client.post("/people/new", {**ORTEGA, "city": "Oakland", **sent})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and 'value="Oakland"' in page
    assert not Patient.objects.exists()


def test_who_is_perhaps_known_already_is_shown_while_typing(client):
    one = given_patient(telecoms=[phone("415-555-2671")])
    page = client.post("/people/new/alike", ORTEGA, headers={"HX-Request": "true"}).content.decode()
    assert "Born <b>Mar 4, 1983</b>" in page and "not Apr 3, 1983?" in page
    assert one.mrn in page and "Same name" in page and "Same phone" in page
    entry = AuditEntry.objects.filter(action="reading.list").latest("id")
    assert str(one.pk) in entry.detail
    assert "Perhaps" not in client.post("/people/new/alike", {"family": "Zu"}).content.decode()


def test_a_likely_duplicate_is_asked_about_with_a_link_and_registered_once_confirmed(client):
    one = given_patient()
    answer = client.post("/people/new", ORTEGA)
    page = answer.content.decode()
    assert answer.status_code == 422 and one.mrn in page and "None of these" in page
    assert client.post("/people/new", {**ORTEGA, "confirmed": "duplicate"}).status_code == 303
    assert Patient.objects.count() == 2


def test_a_form_sent_twice_registers_once(client):
    key = "018f3c1e-7a52-7c7e-9d0b-5a7c5a7d1e99"
    for _ in range(2):
        assert client.post("/people/new", {**ORTEGA, "form_key": key}).status_code == 303
    assert Patient.objects.count() == 1


def test_patients_are_found_by_post_and_the_trail_names_them(client):
    one = given_patient()
    assert b"Find" in client.get("/people/").content
    page = client.post("/people/", {"q": "ortga"}).content.decode()
    assert "Ortega" in page and one.mrn in page
    assert str(one.pk) in AuditEntry.objects.filter(action="reading.list").latest("id").detail
    assert "Nobody found" in client.post("/people/", {"q": "zzzzqq"}).content.decode()
    table = client.post("/people/", {"q": "ortega"}, headers={"Accept": "text/csv"})
    assert table.headers["Content-Type"].startswith("text/csv") and b"Ortega" in table.content


def test_a_change_keeps_what_was_not_touched(client):
    one = given_patient(
        telecoms=[phone("415-555-2671"), phone("415-555-9999")], identifiers=[{"system": "u", "value": "1"}]
    )
    form = {
        "version": "1",
        "family": "Delgado",
        "given": "Marisol",
        "birth_date": "Mar 4, 1983",
        "phone": "(415) 555-2671",
    }
    assert client.post(f"/people/{one.pk}/change", form).status_code == 303
    one.refresh_from_db()
    assert (one.family, one.version, len(one.telecoms)) == ("Delgado", 2, 2)
    assert queries.identifiers(one.pk) == [{"system": "u", "value": "1"}]
    answer = client.post(f"/people/{one.pk}/change", {**form, "family": "Other"})
    assert answer.status_code == 409 and "meanwhile" in answer.content.decode()
    assert client.post(f"/people/{one.pk}/change", {**form, "version": "2", "birth_date": "x"}).status_code == 422


def test_photo_alert_and_consent_are_kept_from_the_page(client):
    one = given_patient()
    at = f"/people/{one.pk}"
    assert client.get(f"{at}/photo").status_code == 404
    sent = {"content": SimpleUploadedFile("face.png", PNG, "image/png")}
    assert client.post(f"{at}/photo/set", sent).status_code == 303
    shown = client.get(f"{at}/photo")
    assert shown.content == PNG and shown.headers["Content-Type"] == "image/png"
    bad = {"content": SimpleUploadedFile("face.png", b"<svg onload=alert(1)>", "image/png")}
    answer = client.post(f"{at}/photo/set", bad)
    assert answer.status_code == 422 and b"no JPEG, PNG or WebP" in answer.content
    assert client.post(f"{at}/alerts", {"text": "Latex allergy in the family", "kind": "clinical"}).status_code == 303
    alert = Alert.objects.get()
    assert b"Latex allergy" in client.get(at).content
    assert client.post(f"{at}/alerts/{alert.pk}/end", {"reason": ""}).status_code == 422
    assert client.post(f"{at}/alerts/{alert.pk}/end", {"reason": "Tested"}).status_code == 303
    assert client.post(f"{at}/consent", {"consent": "true"}).status_code == 303
    one.refresh_from_db()
    assert one.text_consent is True


def test_a_social_security_number_shows_its_end_only(client):
    one = given_patient(identifiers=[{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "219-09-9999"}])
    page = client.get(f"/people/{one.pk}").content.decode()
    assert "•••-••-9999" in page and "219-09" not in page


def test_opening_a_page_of_a_patient_leaves_an_entry_and_few_statements(client, django_assert_max_num_queries):
    one = given_patient(telecoms=[phone("415-555-2671")])
    client.get(f"/people/{one.pk}")
    with django_assert_max_num_queries(20):
        assert client.get(f"/people/{one.pk}").status_code == 200
    assert AuditEntry.objects.filter(action="reading.open", patient=one.pk, outcome="opened").count() == 2
    assert client.get("/people/018f3c1e-7a52-7c7e-9d0b-5a7c5a7d1e99").status_code == 404
