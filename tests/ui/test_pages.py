"""The guard in front of a page, the form behind it, and how the four errors are shown."""

from typing import ClassVar
from uuid import uuid4

import pytest
from django.contrib.messages.storage import default_storage
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.template import engines
from django.test import RequestFactory

from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act, Need, Reason, Ruling
from medassist.ui import pages
from medassist.ui.forms import Form
from medassist.ui.pages import explain, fragment, leave, listed, page, say, submit, table_csv
from medassist.ui.shell import Toasts

pytestmark = pytest.mark.django_db


class Weigh(Inputs):
    """One weight, and who was there."""

    weight: float
    note: str = ""
    with_whom: list[str] = []
    names: list[dict] = []
    act: ClassVar = Act("test.weigh")


def request(ctx=None, method="get", data=None, **headers):
    made = getattr(RequestFactory(), method)("/somewhere", data or {}, headers=headers)
    made.context, made._messages = ctx, default_storage(made)
    return made


def entries(outcome):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_audit WHERE outcome = %s", [outcome])
        return cursor.fetchone()[0]


def view(**about):
    return page(**about)(lambda request, ctx, **parts: HttpResponse(f"seen {parts}"))


def test_a_page_that_says_nothing_about_itself_is_refused_when_it_is_written():
    with pytest.raises(TypeError):
        page()
    with pytest.raises(TypeError):
        page(opens="patient/{patient}", public=True)


def test_nobody_signed_in_is_sent_to_sign_in_and_comes_back():
    answer = view(act="house.see")(request())
    assert answer.status_code == 302 and answer["Location"] == "/signin?next=%2Fsomewhere"
    assert view(act="house.see")(request(**{"HX-Request": "true"}))["HX-Redirect"].startswith("/signin")


def test_a_public_page_asks_nobody():
    assert view(public=True)(request()).status_code == 200


def test_opening_a_chart_leaves_one_entry(yes, ctx):
    patient = uuid4()
    answer = view(opens="patient/{patient}")(request(ctx), patient=patient)
    assert answer.status_code == 200 and str(patient) in answer.content.decode()
    assert entries("opened") == 1
    assert answer["Cache-Control"] == "no-store"


def test_a_refused_chart_shows_the_rule_and_nothing_of_the_patient(no, ctx):
    answer = view(opens="patient/{patient}")(request(ctx), patient=uuid4())
    text = answer.content.decode()
    assert answer.status_code == 403 and "seen" not in text
    assert "No, says the test." in text and "test/no" in text
    assert entries("refused") == 1


def test_a_list_names_whom_it_showed(yes, ctx):
    one, two = uuid4(), uuid4()

    @page(lists="patients")
    def some(request, ctx):
        listed(request, [one, two], born="1983-03-04")
        return HttpResponse("x")

    some(request(ctx))
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail::text FROM kernel_audit WHERE outcome = 'listed'")
        detail = cursor.fetchone()[0]
    assert str(one) in detail and str(two) in detail and "1983-03-04" in detail


def test_a_list_that_may_not_be_seen_is_not_even_made(no, ctx):
    @page(lists="patients")
    def some(request, ctx):
        raise AssertionError("the view ran")

    assert some(request(ctx)).status_code == 403


def test_a_page_may_ask_about_an_act_alone(no, ctx):
    assert view(act="house.manage_staff")(request(ctx)).status_code == 403


def test_every_page_is_in_the_list_of_pages():
    made = page(public=True)(test_every_page_is_in_the_list_of_pages)
    assert pages.PAGES[made.page.view] is made.page


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Missing("patient", 1), 404, "There is no such patient"),
        (Conflict("Room 2 was taken a moment ago."), 409, "Room 2 was taken a moment ago."),
        (Invalid({"": ["The file is empty."]}), 422, "The file is empty."),
        (Refused(Ruling("needs", "r", (Reason("8 of 10"),), (Need("x", "2 more"),))), 403, "2 more"),
    ],
)
def test_the_four_errors_are_shown_kindly_with_a_way_on(ctx, error, status, words):
    answer = explain(request(ctx), error)
    text = answer.content.decode()
    assert answer.status_code == status and words in text
    assert "Back" in text or "Look again" in text


def test_beside_work_on_the_screen_an_error_comes_above_it(ctx):
    answer = explain(request(ctx, **{"HX-Request": "true"}), Conflict("Taken."))
    assert answer["HX-Retarget"] == "#answer" and "<html" not in answer.content.decode()


def form_of(**fields):
    posted = QueryDict(mutable=True)
    for name, value in fields.items():
        posted.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    return Form(posted)


def test_a_form_becomes_inputs_and_its_key_the_requests_name(ctx):
    seen = []
    form = form_of(
        weight="80.5",
        note="",
        with_whom=["Ana", "Ben"],
        names__0__family="Ortega",
        form_key=str(uuid4()),
        csrfmiddlewaretoken="x",
    )
    done = submit(form, ctx, lambda ctx, given: seen.append((ctx, given)), Weigh)
    assert done is True
    inner, given = seen[0]
    assert given.weight == 80.5 and given.note == "" and given.with_whom == ["Ana", "Ben"]
    assert given.names == [{"family": "Ortega"}]
    assert inner.key == str(form.key) == form.posted["form_key"]


def test_an_unsent_form_does_nothing(ctx):
    assert submit(Form(initial={"weight": 1}), ctx, None, Weigh) is None


def test_faults_and_doubts_stay_beside_what_was_typed(ctx):
    form = form_of(weight="heavy")
    assert submit(form, ctx, None, Weigh) is None
    assert form["weight"].faults and form["weight"].value == "heavy" and form.status == 422

    def doubting(ctx, given):
        if "weight" not in given.confirmed:
            raise Invalid({}, doubts={"weight": ["+100 lb since Aug 12. Weigh again?"]})
        return "kept"

    form = form_of(weight="287")
    assert submit(form, ctx, doubting, Weigh) is None and form["weight"].doubts
    form = form_of(weight="287", confirmed=["weight"])
    assert submit(form, ctx, doubting, Weigh) == "kept"


def test_fixed_parts_win_over_what_was_posted(ctx):
    kept = submit(form_of(weight="1"), ctx, lambda ctx, given: given.weight, Weigh, weight=2)
    assert kept == 2


def test_a_form_sent_twice_keeps_its_key():
    key = str(uuid4())
    assert str(form_of(form_key=key).key) == key
    assert form_of(form_key="not one").key


def test_a_browser_gets_the_whole_page_and_htmx_its_part(ctx):
    whole = fragment(request(ctx), "ui/errors/missing.html").content.decode()
    part = fragment(request(ctx, **{"HX-Request": "true"}), "ui/errors/missing.html").content.decode()
    assert whole.lstrip().startswith("<!doctype html>") and 'class="app' in whole
    assert "<html" not in part and "There is no such" in part and "<title>" in part


def test_a_template_of_only_a_part_is_set_into_the_base(ctx):
    whole = fragment(request(ctx), "ui/keys.html").content.decode()
    assert whole.lstrip().startswith("<!doctype html>") and 'class="keytables"' in whole


def test_after_a_form_one_goes_on(ctx):
    assert leave(request(ctx, "post"), "/board").status_code == 303
    assert leave(request(ctx, "post", **{"HX-Request": "true"}), "/board")["HX-Redirect"] == "/board"


def test_what_was_done_is_said_here_or_on_the_next_page(ctx):
    here = request(ctx, "post", **{"HX-Request": "true"})
    assert "Mercer is in room 8." in say(here, HttpResponse(), "Mercer is in room 8.", undo="/undo")["X-Say"]
    later = request(ctx, "post")
    say(later, leave(later, "/"), "Booked.", undo="/undo")
    assert list(Toasts(later)) == [{"text": "Booked.", "state": "good", "undo": "/undo"}]


def test_a_table_is_also_csv_and_no_cell_is_a_formula(ctx):
    rows = [{"name": "=cmd()", "wait": 4}, {"name": "Ortega, Marisol", "wait": None}]
    columns = [("Name", "name"), ("Wait, min", "wait")]
    assert table_csv(request(ctx, Accept="text/html,text/csv"), "board", columns, rows) is None
    answer = table_csv(request(ctx, Accept="text/csv"), "board", columns, rows)
    assert answer.content.decode().splitlines() == ['Name,"Wait, min"', "'=cmd(),4", '"Ortega, Marisol",']
    assert answer["Content-Type"].startswith("text/csv")


def test_times_are_shown_in_the_offices_zone(settings):
    from datetime import UTC, datetime

    from django.utils import timezone

    with timezone.override("America/Los_Angeles"):
        html = (
            engines["django"]
            .from_string("{% load human %}{{ t|clock }}")
            .render({"t": datetime(2026, 11, 23, 21, 20, tzinfo=UTC)})
        )
    assert html == "1:20 pm"
