"""The components' HTML: one test each, as every page is made of them."""

import pytest
from django.template import engines
from django_cotton.compiler_regex import CottonCompiler

from medassist.kernel.ruling import Need, Reason, Ruling
from medassist.ui import drawings
from medassist.ui.forms import Form

compiled = CottonCompiler().process


def draw(template: str, **context) -> str:
    return " ".join(engines["django"].from_string(compiled(template)).render(context).split())


def test_a_mark_has_word_and_shape_and_the_shape_is_hidden_beside_the_word():
    html = draw('<c-mark state="watch" pill>High, repeat</c-mark>')
    assert 'class="mark is-watch pill"' in html
    assert 'aria-hidden="true"' in html and "#m-watch" in html and "High, repeat" in html


def test_a_shape_alone_carries_its_word():
    assert 'role="img" aria-label="Waits long"' in draw('{% load ui %}{% shape "watch" "Waits long" %}')


def test_in_time_is_grey_and_without_a_shape():
    html = draw('<c-mark state="none">4 min</c-mark>')
    assert "<svg" not in html and "is-none" in html


def test_what_comes_from_people_is_escaped_once():
    html = draw('<c-mark :state="s" :label="l">{{ t }}</c-mark><c-toast text="{{ t }}" />', s="act", l='a"<b', t="<i>")
    assert 'aria-label="a&quot;&lt;b"' in html and "&lt;i&gt;" in html and "&amp;lt;" not in html and "<i>" not in html


def test_a_tag_and_a_fact():
    assert draw("<c-tag line>Spanish</c-tag>") == '<span class="tag line">Spanish</span>'
    assert 'class="fact is-stop"' in draw('<c-fact state="stop" label="Allergy"><b>Latex</b></c-fact>')


def test_a_button_is_a_link_when_it_goes_somewhere():
    assert draw('<c-btn href="/x" kind="main">Go</c-btn>').startswith('<a href="/x" class="btn main"')
    html = draw('<c-btn icon="door" key="N" hx-post="/x" locked>Call in</c-btn>')
    assert (
        'type="button"' in html and 'aria-disabled="true"' in html and "<kbd>N</kbd>" in html and 'hx-post="/x"' in html
    )


def test_a_panel_is_a_region_with_its_title_for_a_name():
    html = draw('<c-panel id="v" title="Vital signs" count="7"><c-slot name="foot">x</c-slot>body</c-panel>')
    assert '<section class="panel" id="v" aria-labelledby="v-h"' in html
    assert '<h2 id="v-h">Vital signs</h2><span class="count">7</span>' in html and '<div class="foot">x</div>' in html


def test_a_field_tells_its_fault_its_doubt_and_its_hint_to_readers():
    form = Form(initial={"weight": "287.6"})
    form.faults, form.doubts = {"weight": ["No."]}, {"weight": ["+100 lb since Aug 12. Weigh again?"]}
    html = draw('<c-field :of="form.weight" label="Weight" hint="No shoes" unit="lb" inputmode="decimal" />', form=form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="f-weight-fault f-weight-doubt f-weight-hint"' in html
    assert all(f'id="f-weight-{kind}"' in html for kind in ("fault", "doubt", "hint"))
    assert '<input type="checkbox" name="confirmed" value="weight">' in html
    assert '<span class="unit">lb</span>' in html and '<label for="f-weight">Weight</label>' in html


def test_a_field_without_trouble_says_nothing():
    html = draw('<c-field :of="form.weight" label="Weight" />', form=Form(initial={"weight": "80"}))
    assert "aria-invalid" not in html and "describedby" not in html and 'value="80"' in html


def test_a_choice_keeps_what_was_chosen():
    html = draw(
        '<c-field :of="form.sex" label="Sex" :options="o" />',
        form=Form(initial={"sex": "f"}),
        o=[("", "–"), ("f", "Female")],
    )
    assert '<option value="f" selected>Female</option>' in html


def test_a_ruling_says_why_by_which_rule_from_where_as_of_when_and_the_way_to_a_yes():
    ruling = Ruling(
        "needs", "US-CA/injection", (Reason("8 of 10 witnessed.", "16 CCR 1366.1", "https://law.example", "2023"),),
        (Need("demonstrations", "2 more witnessed injections"),), "law",
    )  # fmt: skip
    html = draw('<c-ruling :ruling="r" back="/board" />', r=ruling)
    assert "is-act" in html and "Not yet" in html and "8 of 10 witnessed." in html
    assert '<a href="https://law.example"' in html and "16 CCR 1366.1" in html and "as of 2023" in html
    assert "US-CA/injection" in html and "Rests on" in html and "2 more witnessed injections" in html
    assert 'href="/board"' in html


def test_a_final_no_has_the_stop_shape():
    html = draw('<c-ruling :ruling="r" />', r=Ruling("deny", "x", (Reason("No."),)))
    assert "is-stop" in html and "#m-stop" in html and "Someone with another role" in html


def test_a_halt_is_announced():
    assert 'role="alert"' in draw('<c-halt title="Stop. This vial is expired.">Lot</c-halt>')


def test_a_note_an_empty_place_and_a_strip():
    assert "<strong>Ask now</strong>" in draw('<c-note state="watch" title="Ask now">x</c-note>')
    assert "<b>No specimen waits</b>" in draw(
        '<c-empty icon="test-pipe" title="No specimen waits">Next 11:30.</c-empty>'
    )
    assert 'class="strip is-watch" role="status"' in draw("<c-strip>Not connected</c-strip>")


def test_a_toast_offers_undo_only_where_there_is_one():
    assert "Undo" not in draw('<c-toast text="Dr. Hale took Castellano in." state="info" />')
    html = draw('<c-toast text="Mercer is in room 8." undo="/undo" />')
    assert '<form method="post" action="/undo" data-undo>' in html and 'role="status"' in html


def test_tabs_and_segments_say_where_one_is():
    links = [{"url": "/a", "label": "A", "on": True, "count": 3}, {"url": "/b", "label": "B"}]
    assert 'aria-current="page"' in draw('<c-tabs label="Chart" :links="l" />', l=links)
    assert 'aria-current="true"' in draw('<c-seg label="By" :links="l" />', l=links)


def test_the_banner_always_has_the_same_order():
    patient = {
        "name": "Ortega, Marisol", "pronouns": "she/her", "age": "43 y", "sex": "F", "birth_date": "1983-03-04",
        "mrn": "204-4187",
        "allergies": [{"name": "Penicillin", "reaction": "hives"}], "alerts": ["No pressure on right arm"],
        "language": "Spanish", "interpreter": True, "place": "Room 2", "provider": "Dr. Hale",
    }  # fmt: skip
    html = draw('<c-banner :of="p" />', p=patient)
    order = [
        "Ortega, Marisol",
        "she/her",
        "43 y",
        "Mar 4, 1983",
        "204-4187",
        "Penicillin",
        "right arm",
        "Spanish",
        "Room 2",
    ]
    at = [html.index(text) for text in order]
    assert at == sorted(at)


def test_allergies_never_asked_are_not_no_allergies():
    assert "Allergies not asked yet" in draw('<c-banner :of="p" />', p={"name": "A", "allergies": []})
    assert "No known allergies" in draw(
        '<c-banner :of="p" />', p={"name": "A", "allergies": [], "allergies_known": True}
    )


def test_a_hidden_key_stays_the_same_while_the_form_is_not_done():
    form = Form()
    assert str(form.key) in draw('<c-form-head :form="form" />', form=form)


@pytest.mark.parametrize("points", [None, [], [1]])
def test_one_value_draws_no_line(points):
    assert drawings.spark(points) == ""


def test_a_line_of_values_is_hidden_from_readers_and_has_its_band():
    svg = drawings.spark([126, 134, 138, 148], (90, 130))
    assert 'aria-hidden="true"' in svg and "<rect" in svg and svg.count(" L") == 3
