"""Critical values on screen: the board, my tasks, the task itself, the chart; by people who signed in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.vitals import queries
from medassist.domain.worklist.models import Task
from medassist.interfaces.web.board.day import gather
from medassist.interfaces.web.board.live import drawings
from medassist.interfaces.web.board.tasks import waiting
from medassist.kernel.identifiers import uuid7
from tests.vitals.clinic import Clinic, calls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic():
    for kept in (drawings.drawn, drawings.views, drawings.waits):
        kept.clear()
    return Clinic()


def acknowledge(client, task, **told):
    return client.post(f"/worklist/task/{task.pk}/acknowledge", {"kind": "critical-value", "form_key": uuid7(), **told})


def test_the_board_shows_it_on_the_card_and_first_among_the_providers_tasks(clinic):
    clinic.takes()
    html = clinic.at_work("doctor").get("/").content.decode()
    card = html[html.index('class="visit ') : html.index('id="t-mine"')]
    assert (
        'class="call mark solid is-act"' in card and "BP 192/124, room 8" in card and "not acknowledged, 0 min" in card
    )
    mine = html[html.index('id="t-mine"') :]
    assert 'data-key="c"' in mine and "Ortega, Marisol, not acknowledged" in mine
    assert f'href="/worklist/task/{calls()[0].pk}"' in mine
    assert "Nothing waits for you" not in mine


def test_an_assistant_sees_it_on_the_card_and_not_among_her_tasks(clinic):
    clinic.takes()
    html = clinic.at_work("ma").get("/").content.decode()
    assert "BP 192/124, room 8" in html and 'data-key="c"' not in html


def test_the_board_still_takes_eight_queries(clinic):
    clinic.takes()
    with CaptureQueriesContext(connection) as asked:
        day = gather(clinic.site.pk)
        mine = waiting(clinic.doctor.actor_id, clinic.site.pk, {}, ["physician"])
    assert len(asked) <= 8, [one["sql"][:90] for one in asked]
    assert [len(card.calls) for card in day.cards] == [1] and len(mine["calls"]) == 1 and mine["count"] == 1


def test_one_press_on_the_task_acknowledges_it_and_the_board_is_quiet(clinic):
    taken = clinic.takes()
    [task] = calls()
    client = clinic.at_work("doctor")
    page = client.get(f"/worklist/task/{task.pk}").content.decode()
    assert 'name="done" value="seen" data-step="1"' in page and "Source: 2017 ACC/AHA guideline" in page
    assert "Why it will not be done" not in page and "Due in" not in page
    answer = acknowledge(client, task, done="emergency")
    assert answer.status_code == 303
    assert Task.objects.get(pk=task.pk).outcome == "Sent to the emergency department, or called 911"
    assert "not acknowledged" not in client.get("/").content.decode()
    chart = client.get(f"/vitals/{clinic.patient.pk}/sets/{taken.pk}").content.decode()
    assert "told to Nora Hale at" in chart and "by Nora Hale: Sent to the emergency department" in chart


def test_an_assistant_who_tries_is_told_the_rule_and_the_task_stays(clinic):
    clinic.takes()
    [task] = calls()
    answer = acknowledge(clinic.at_work("ma"), task, done="seen")
    assert answer.status_code == 403
    assert "Acknowledging a critical value is not among the acts of this role" in answer.content.decode()
    assert Task.objects.get(pk=task.pk).status == "open"


def test_what_has_to_be_said_is_asked_for_on_the_page_itself(clinic):
    clinic.takes()
    [task] = calls()
    answer = acknowledge(clinic.at_work("doctor"), task, done="repeated", text="")
    assert answer.status_code == 422 and "Repeated, was: write it down." in answer.content.decode()


def test_ending_it_in_another_way_is_a_conflict_that_says_who_acknowledges(clinic):
    clinic.takes()
    [task] = calls()
    client = clinic.at_work("doctor")
    for way, told in (("done", {}), ("close", {"reason": "x"}), ("plan", {"minutes": "90"}), ("take", {})):
        answer = client.post(f"/worklist/task/{task.pk}/{way}", {"form_key": uuid7(), **told})
        assert answer.status_code == 409 and "A provider or a nurse acknowledges" in answer.content.decode(), way


def test_rooming_and_chart_say_that_nobody_has_acknowledged_it_yet(clinic):
    taken = clinic.takes()
    client = clinic.at_work("ma")
    chart = f"/vitals/{clinic.patient.pk}/"
    for url in (f"/rooming/{clinic.visit.pk}", f"{chart}sets/{taken.pk}", chart):
        html = client.get(url).content.decode()
        assert "told to Nora Hale at" in html and "not acknowledged, 0 min" in html, url


def test_whom_twenty_sets_were_told_to_is_asked_in_three_queries(clinic):
    sets = [clinic.takes().pk for _ in range(3)]
    clinic.acknowledges(calls()[0])
    with CaptureQueriesContext(connection) as asked:
        told = queries.told(sets)
    assert len(asked) == 3 and [len(told[one]) for one in sets] == [1, 1, 1]
