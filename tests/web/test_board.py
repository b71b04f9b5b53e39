"""The board's pages: who may see it, what it asks the database, the next act and taking it back."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.scheduling import actions as scheduling
from medassist.domain.scheduling import inputs as scheduling_inputs
from medassist.domain.visits.models import Visit
from medassist.interfaces.web.board.day import gather
from medassist.interfaces.web.board.live import concerns
from medassist.interfaces.web.board.tasks import waiting
from medassist.kernel.models import AuditEntry
from medassist.kernel.testing import context
from tests.office.given import given_patient, given_room, given_site
from tests.visits.given import given_roomed, given_today, given_visit, moved
from tests.web.given import HTMX, at_work, context_of

pytestmark = pytest.mark.django_db


def act(client, visit, name, **more):
    return client.post(f"/board/visit/{visit.pk}/{name}", more.pop("data", {}), **{**HTMX, **more})


def step(visit):
    return Visit.objects.get(pk=visit.pk).step


def test_the_board_shows_everybody_of_the_day_by_step(yes):
    client = at_work()
    given_today(patient=given_patient("Fitch", "Jonas").pk)
    given_visit(patient=given_patient("Mercer", "Dale").pk, reason="Cough, 9 days")
    html = client.get("/").content.decode()
    assert "2 visits · 1 to come · 1 here · 0 gone" in html
    assert html.index("Fitch") < html.index("Mercer") and "Cough, 9 days" in html
    assert "Call in" in html and 'hx-sse:connect="/board/stream?by=step' in html


def test_whoever_looks_is_in_the_trail_with_whom_was_shown(yes):
    client, patient = at_work(), given_patient()
    given_visit(patient=patient.pk)
    client.get("/")
    entry = AuditEntry.objects.filter(outcome="listed", subject="list/board").order_by("id").last()
    assert str(patient.pk) in entry.detail and entry.actor == context_of(client).actor.id


def test_a_board_that_may_not_be_seen_says_why_and_shows_nobody(yes, settings):
    client = at_work()
    given_visit(patient=given_patient("Mercer", "Dale").pk)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    answer = client.get("/")
    assert answer.status_code == 403 and "Mercer" not in answer.content.decode()


def test_nobody_signed_in_sees_the_sign_in(db, client):
    given_site()
    assert client.get("/").headers["Location"].startswith("/signin")


def test_a_day_takes_eight_queries_however_many_visits(yes):
    client = at_work()
    for n in range(6):
        given_visit(patient=given_patient(f"Family{n}").pk)
    given_roomed("7", patient=given_patient("Inside").pk)
    site = given_site().pk
    with CaptureQueriesContext(connection) as asked:
        gather(site)
        waiting(context_of(client).actor.id, site, {})
    assert len(asked) <= 8, [one["sql"][:90] for one in asked]


def test_drawn_once_it_is_not_gathered_again_until_something_happens(yes):
    client = at_work()
    given_visit()
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert not [one for one in asked if "visits_visit" in one["sql"]]
    given_visit(patient=given_patient("New", "Comer").pk)
    assert "Comer" in client.get("/").content.decode()


def test_the_next_act_moves_the_visit_says_so_and_offers_to_take_it_back(yes):
    client, room = at_work(), given_room("8")
    visit = given_visit(patient=given_patient("Mercer", "Dale").pk)
    answer = act(client, visit, "call", data={"seen": "arrived"})
    assert answer.status_code == 200 and step(visit) == "rooming"
    assert Visit.objects.get().room_id == room.pk
    assert (
        "Mercer is in room 8." in answer.headers["X-Say"] and f"/board/visit/{visit.pk}/undo" in answer.headers["X-Say"]
    )
    assert answer.headers["HX-Retarget"] == "#live" and "Mercer" in answer.content.decode()


def test_without_a_free_room_the_patient_is_roomed_without_one(yes):
    client = at_work()
    given_roomed("1", patient=given_patient("First").pk)
    visit = given_visit(patient=given_patient("Second").pk)
    act(client, visit, "call")
    assert step(visit) == "rooming" and Visit.objects.get(pk=visit.pk).room_id is None


def test_every_step_has_its_act_to_the_end(yes):
    client = at_work()
    visit = given_roomed()
    for name, after in [("ready", "ready"), ("provider", "with-provider"), ("after", "checked-out")]:
        assert act(client, visit, name).status_code == 200
        assert step(visit) == after


def test_somebody_was_faster(yes):
    client, visit = at_work(), given_visit()
    act(client, visit, "call")
    answer = act(client, visit, "call", data={"seen": "arrived"})
    assert answer.status_code == 409 and "Somebody moved this visit" in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#answer"


def test_the_last_step_can_be_taken_back(yes):
    client, visit = at_work(), given_visit()
    act(client, visit, "call")
    answer = act(client, visit, "undo")
    assert answer.status_code == 200 and step(visit) == "arrived"


def test_an_act_that_is_refused_says_so_above_the_board(yes, settings):
    client, visit = at_work(), given_visit()
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    answer = act(client, visit, "call")
    assert answer.status_code == 403 and answer.headers["HX-Retarget"] == "#answer" and step(visit) == "arrived"


def test_a_plain_form_works_without_scripts(yes):
    client, visit = at_work(), given_visit()
    answer = client.post(f"/board/visit/{visit.pk}/call")
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
    assert "Undo" in client.get("/").content.decode()


def test_a_booked_patient_arrives_from_the_board(yes):
    client, booked = at_work(), given_today()
    answer = client.post(f"/board/appointment/{booked.pk}/arrive", **HTMX)
    assert answer.status_code == 200 and Visit.objects.get().appointment_id == booked.pk


def test_who_did_not_come_is_marked_and_can_still_arrive(yes):
    client, booked = at_work(), given_today(patient=given_patient("Late", "Comer").pk)
    scheduling.no_show(context(), scheduling_inputs.NoShow.of(appointment=booked.pk, confirmed={"appointment"}))
    assert "no-show" in client.get("/").content.decode()


def test_mine_shows_only_those_whom_i_room(yes):
    client = at_work()
    given_roomed("1", context_of(client), patient=given_patient("Mine").pk)
    given_roomed("2", patient=given_patient("Other").pk)
    html = client.get("/?whose=mine").content.decode()
    assert "Mine" in html and 'data-item="Other' not in html


def test_by_provider_and_by_room(yes):
    client = at_work()
    given_roomed("4", patient=given_patient("Inside").pk)
    assert "Room 4" in client.get("/?by=room").content.decode()
    assert "No provider" in client.get("/?by=provider").content.decode()


def test_the_day_is_also_a_table_for_other_programs(yes):
    client = at_work()
    moved(given_roomed("1", patient=given_patient("Mercer", "Dale").pk), "ready")
    answer = client.get("/", HTTP_ACCEPT="text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [(row["Family name"], row["Step"]) for row in rows] == [("Mercer", "Ready")]


@pytest.mark.parametrize(
    ("event", "draws"), [("visits.roomed", True), ("worklist.added", True), ("vitals.taken", False)]
)
def test_only_what_a_board_shows_wakes_it(event, draws):
    assert concerns(event) is draws
