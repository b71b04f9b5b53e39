"""The trail for people: it finds, it counts refusals, it says itself who looked."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from medassist.domain.people import actions as people
from medassist.domain.people import inputs as of_people
from medassist.kernel import clock, entries, reading
from medassist.kernel.errors import Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry
from tests.access.given import given_account, signed_in
from tests.access.test_glass import WHY, given_patient, restrict
from tests.office.given import as_staff, given_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]


@pytest.fixture
def officer():
    """A privacy officer's browser."""
    return signed_in(given_account(given_staff("Ellis", "Moreau", "privacy-officer"), "moreau"))


def table(answer):
    """A CSV answer's rows."""
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_who_opened_a_chart_refusals_first(officer):
    patient, ana, ben = given_patient(), given_staff(), given_staff("Ben", "Ito")
    restrict(patient, ana.actor_id)
    for _ in range(3):
        reading.opening(as_staff(ana), f"patient/{patient.pk}")
    with pytest.raises(Refused):
        reading.opening(as_staff(ben), f"patient/{patient.pk}")
    people.break_glass(as_staff(ben), of_people.BreakGlass.of(patient=patient.pk, kind="other", reason=WHY))
    page = officer.get(f"/audit/patient/{patient.pk}").content.decode()
    assert page.index("Ben Ito") < page.index("Ana Reyes") and WHY in page
    rows = table(officer.post(f"/audit/patient/{patient.pk}", {"as": "csv", "on": "2000-01-02", "to": "2099-01-01"}))
    mine = [row for row in rows if row["Who"] == "Ben Ito"]
    assert [row["Outcome"] for row in mine] == ["done", "refused"]
    assert {row["MRN"] for row in rows} == {patient.mrn}


def test_looking_is_kept_too(officer):
    patient = given_patient()
    officer.get(f"/audit/patient/{patient.pk}")
    entry = AuditEntry.objects.filter(action="reading.list").latest("id")
    assert entry.act == "house.view_audit" and str(patient.pk) in entry.detail


def test_the_search_filters_by_person_patient_day_act_and_outcome(officer):
    patient, other = given_patient(), given_patient("Ortega")
    ana, ben = given_staff(), given_staff("Ben", "Ito")
    reading.opening(as_staff(ana), f"patient/{patient.pk}")
    reading.opening(as_staff(ben), f"patient/{other.pk}")
    csvs = {"as": "csv", "action": "reading.open"}
    assert len(table(officer.post("/audit/", csvs))) == 2
    assert [r["Who"] for r in table(officer.post("/audit/", {**csvs, "person": str(ana.actor_id)}))] == ["Ana Reyes"]
    assert [r["Who"] for r in table(officer.post("/audit/", {**csvs, "patient": other.mrn}))] == ["Ben Ito"]
    assert table(officer.post("/audit/", {**csvs, "outcome": "refused"})) == []
    yesterday = (clock.now() - timedelta(days=2)).date().isoformat()
    assert table(officer.post("/audit/", {**csvs, "on": yesterday, "to": yesterday})) == []
    acts = {row["Did"] for row in table(officer.post("/audit/", {"as": "csv", "action": "people"}))}
    assert acts == {"people.register"}


@pytest.mark.parametrize(
    "form", [{"on": "yesterday"}, {"on": "2026-11-23", "to": "2026-11-01"}, {"patient": "nobody"}, {"on": "9999-12-31"}]
)
def test_a_filter_that_says_nothing_is_told_so(officer, form):
    assert officer.post("/audit/", form).status_code == 422


def test_pages_follow_each_other_without_gap_or_double():
    patient, ana = given_patient(), given_staff()
    for _ in range(25):
        reading.opening(as_staff(ana), f"patient/{patient.pk}")
    seen, before = [], None
    while part := entries.search(patient=patient.pk, before=before, limit=10):
        seen += [one["id"] for one in part]
        before = part[-1]["id"]
    assert len(seen) == len(set(seen)) == AuditEntry.objects.filter(patient=patient.pk).count()
    assert seen == sorted(seen, reverse=True)


def test_a_list_that_showed_the_name_counts_when_asked_for(officer):
    patient, ana = given_patient(), given_staff()
    reading.listing(as_staff(ana), "board", {}, [patient.pk])
    url, span = f"/audit/patient/{patient.pk}", {"as": "csv", "on": "2000-01-02", "to": "2099-01-01"}
    assert "reading.list" not in {row["Did"] for row in table(officer.post(url, span))}
    assert "reading.list" in {row["Did"] for row in table(officer.post(url, {**span, "lists": "yes"}))}


def test_no_such_patient(officer):
    assert officer.get(f"/audit/patient/{uuid7()}").status_code == 404


def test_what_a_spreadsheet_would_run_is_only_text(officer):
    given_account(given_staff("=1+1", "Evil"), "evil")
    rows = table(officer.post("/audit/", {"as": "csv"}))
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_a_page_of_the_trail_takes_few_queries(officer, django_assert_max_num_queries):
    patient, ana = given_patient(), given_staff()
    for _ in range(120):
        reading.opening(as_staff(ana), f"patient/{patient.pk}")
    with django_assert_max_num_queries(14):
        page = officer.get("/audit/").content.decode()
    assert "Earlier ones" in page
