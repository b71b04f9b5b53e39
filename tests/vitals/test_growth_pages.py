"""Growth on screen and on paper: the numbers are the rules' own, and kind words where there is no chart."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from medassist.domain.vitals import actions, queries
from medassist.domain.vitals.inputs import CorrectReading, TakeVitals
from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.pages import growth, growth_chart, growth_pdf, overview
from medassist.domain.vitals.pages.growth import on_paper
from medassist.domain.vitals.rules import charting
from medassist.domain.vitals.rules import growth as rules
from medassist.kernel import clock
from medassist.kernel.models import AuditEntry
from medassist.kernel.testing import context
from medassist.ui.shell import banner
from tests.vitals.given import given_patient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
EVERYTHING = {"taken_at", "weight", "height", "head_circumference"}


def born(years=0.0, days=0):
    return timezone.localdate(clock.now()) - timedelta(days=round(years * 365.25) + days)


def given_child(years=8.1, sex="male", **more):
    return given_patient("Delgado", "Luis", birth_date=born(years).isoformat(), gender=sex, **more)


def given_body(patient, years, **signs):
    """A child measured at an age: weight in kg, height and head in cm."""
    at = clock.now() - timedelta(days=(timezone.localdate(clock.now()) - patient.birth_date).days - years * 365.25)
    found = [{"sign": name, "value": str(value), "unit": "kg" if name == "weight" else "cm"}
             for name, value in signs.items()]  # fmt: skip
    given = {"patient": patient.pk, "taken_at": min(at, clock.now()), "found": found, "confirmed": EVERYTHING}
    return actions.take(context(), TakeVitals.of(**given))


@pytest.fixture
def child():
    """An eight-year-old boy whose height crosses lines downwards and whose weight crosses them upwards."""
    patient = given_child()
    for years, weight, height in ((2.05, 12.4, 85.9), (4.0, 16.3, 101.3), (6.1, 22.4, 113.6), (8.1, 32.1, 123.2)):
        given_body(patient, years, weight=weight, height=height)
    return patient


def ask(view, patient, headers=None, **asked):
    made = RequestFactory().get("/vitals/", asked, headers=headers or {})
    made.context, made.session = context(), {}
    return view(made, patient=patient.pk)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_chart_shows_the_child_among_others_and_says_it_in_a_sentence(child):
    answer = ask(growth, child)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="img" aria-label="Weight for age, boys, 2 to 20 years, CDC 2000. 4 measurements, the last on ' in text
    last = growth_chart.told(child.pk, {})["last"]
    assert f"32.1 kg, percentile {last['percentile']}, z {last['z']}" in text and last["percentile"] == "88"
    assert text.count('class="pt"') == 4
    for forbidden in (" style=", "onclick", "<script>", "<style"):
        assert forbidden not in text
    drawing = text[
        text.index('<svg class="chart growth') : text.index("</svg>", text.index('<svg class="chart growth'))
    ]
    assert not re.search(r"#[0-9a-f]{3,6}\b", drawing), "colours belong to the style sheet"


def test_the_table_is_what_the_rules_say(child):
    for measure in ("weight", "height", "bmi"):
        rows = rows_of(ask(growth, child, headers={"Accept": "text/csv"}, measure=measure))
        assert len(rows) == 4
        for row, moment in zip(rows, reversed(queries.bodies(child.pk, child.birth_date)), strict=True):
            days = (date.fromisoformat(row["Date"]) - child.birth_date).days
            placed = {
                one.measure: one
                for one in rules.assess("male", float(days), weight=moment.weight, stature=moment.height)
            }[row["Measure"].lower().replace(" ", "-")]
            assert float(row["z"]) == pytest.approx(placed.z, abs=0.0051)
            assert float(row["Percentile"]) == pytest.approx(placed.percentile, abs=0.0051)
            assert float(row["Value"]) == pytest.approx(placed.value, abs=0.051)


def test_the_same_numbers_stand_on_the_page_in_the_csv_and_on_paper(child):
    told = growth_chart.told(child.pk, {"measure": "height"})
    page = ask(growth, child, measure="height").content.decode()
    sheet = on_paper(told, banner(child.pk), "Ana Reyes")
    for row, line, printed in zip(
        told["rows"], rows_of(ask(growth, child, measure="height", **{"as": "csv"})), sheet["rows"], strict=True
    ):
        assert charting.percentile_text(float(line["Percentile"])) == row["percentile"] == printed["percentile"]
        assert charting.z_text(float(line["z"])) == row["z"] == printed["z"]
        assert f"<b>{row['text']}</b>" in page and printed["text"] == line["Value"] == row["text"]
    assert sheet["label"] == told["label"] and "Delgado" not in sheet["label"]


def test_an_address_names_the_chart(child):
    for measure, ages, title in (
        ("height", "2-20", "Stature for age"), ("bmi", "2-20", "BMI for age"), ("height", "0-2", "Length for age"),
        ("head", "0-2", "Head circumference for age"),
    ):  # fmt: skip
        assert f'id="g-h">{title}<' in ask(growth, child, measure=measure, ages=ages).content.decode()
    assert 'id="g-h">Weight for age<' in ask(growth, child, measure="head", ages="2-20").content.decode()
    assert ask(growth, child, measure="mood").status_code == 404
    assert ask(growth, child, ages="20-90").status_code == 404
    assert ask(growth_pdf, child, measure="mood").status_code == 404


def test_an_infant_opens_on_the_who_chart_with_its_head():
    infant = given_child(0.75, "female")
    given_body(infant, 0.5, weight=7.1, height=65.2, head_circumference=42.1)
    given_body(infant, 0.74, weight=8.1, height=69.9, head_circumference=43.7)
    text = ask(growth, infant).content.decode()
    assert "girls, birth to 24 months, WHO 2006" in text and "8.10 kg" in text and "43.7" in text
    head = rows_of(ask(growth, infant, headers={"Accept": "text/csv"}, measure="head"))
    assert [row["Reference"] for row in head] == ["WHO 2006", "WHO 2006"]


def test_a_teenager_with_severe_obesity_is_placed_by_the_extended_method():
    teen = given_child(15.2)
    given_body(teen, 13.0, weight=92.0, height=163.0)
    given_body(teen, 15.1, weight=121.0, height=171.0)
    text = ask(growth, teen, measure="bmi").content.decode()
    assert "% of the 95th" in text and "120 %" in text and "CDC 2022 extended BMI" in text
    assert text.count('class="pt"') == 2


def test_nothing_measured_still_shows_the_curves_and_says_so():
    text = ask(growth, given_child(5)).content.decode()
    assert "Nothing was measured at these ages" in text and 'class="pc mid"' in text and 'class="pt"' not in text
    assert "Nothing measured at these ages." in text


def test_an_unknown_sex_is_asked_for_kindly():
    text = ask(growth, given_child(5, "unknown")).content.decode()
    assert "Growth charts differ for boys and girls" in text and '<svg class="chart' not in text
    assert ask(growth_pdf, given_child(5, "unknown")).status_code == 404


def test_the_sex_recorded_at_birth_comes_before_the_administrative_one():
    patient = given_child(5, "male", birth_sex="F")
    assert queries.child(patient.pk)["sex"] == "female"
    assert "girls" in ask(growth, patient).content.decode()


def test_grown_ups_are_told_where_growth_charts_end():
    patient = given_child(20.1)
    given_body(patient, 17.0, weight=60.0, height=170.0)
    text = ask(growth, patient).content.decode()
    assert "Growth charts end at 20 years" in text and reverse("vitals:trends", args=[patient.pk]) in text
    assert reverse("vitals:growth", args=[patient.pk]) not in ask(overview, patient).content.decode()
    young = given_child(19.9)
    assert reverse("vitals:growth", args=[young.pk]) in ask(overview, young).content.decode()


def test_what_was_put_right_is_drawn_as_it_is_now(child):
    row = Reading.objects.filter(patient=child, sign="weight").latest("taken_at")
    actions.correct(context(), CorrectReading.of(reading=row.pk, value="23.1", unit="kg", reason="Misread"))
    rows = rows_of(ask(growth, child, headers={"Accept": "text/csv"}))
    assert rows[0]["Value"] == "23.1" and "32.1" not in {row["Value"] for row in rows}


def test_nobody_elses_child_is_on_the_chart(child):
    other = given_child(8.1)
    given_body(other, 8.0, weight=44.4, height=140.0)
    assert "<b>44.4</b>" in ask(growth, other).content.decode()
    assert "<b>44.4</b>" not in ask(growth, child).content.decode()
    assert "44.4" not in {row["Value"] for row in rows_of(ask(growth, child, headers={"Accept": "text/csv"}))}


def test_the_page_asks_the_database_little_however_much_was_measured(child):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            ask(growth, child)
        return [one["sql"] for one in seen if '"vitals_' in one["sql"]]

    few = asked()
    for years in (2.5, 3.0, 3.5, 5.0, 5.5, 7.0):
        given_body(child, years, weight=10 + 2.4 * years, height=80 + 5.2 * years)
    assert len(few) == len(asked()) == 2


def test_a_chart_that_may_not_be_opened_is_not(child, settings):
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    for view in (growth, growth_pdf):
        answer = ask(view, child, measure="weight")
        assert answer.status_code == 403 and b"32.1" not in answer.content


def test_the_paper_is_an_archive_that_readers_can_read_and_its_file_names_nobody(child):
    before = AuditEntry.objects.filter(action="reading.open").count()
    answer = ask(growth_pdf, child, measure="bmi")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="growth-bmi.pdf"'
    assert answer.content.startswith(b"%PDF-1.7") and answer.content.rstrip().endswith(b"%%EOF")
    for claim in (b"<pdfaid:part>2</pdfaid:part>", b"<pdfuaid:part>1</pdfuaid:part>", b"/StructTreeRoot"):
        assert claim in answer.content
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEntry.objects.filter(action="reading.open").count() == before + 1


def test_a_long_table_goes_on_on_the_next_sheet(child):
    for n in range(60):
        given_body(child, 2.1 + n / 11, weight=12 + n / 4, height=86 + n / 2)
    answer = ask(growth_pdf, child, measure="weight")
    assert re.search(rb"/Type/Pages/Count (\d+)", answer.content)[1] == b"2"


def test_a_sheet_says_whose_it_is_and_who_printed_it_when(child):
    sheet = on_paper(growth_chart.told(child.pk, {}), banner(child.pk), "Ana Reyes")
    assert sheet["patient"]["name"] == "Delgado, Luis" and sheet["patient"]["mrn"] == child.mrn
    assert sheet["patient"]["born"].endswith(str(child.birth_date.year))
    assert sheet["printed"].startswith("printed by Ana Reyes, ") and str(clock.now().year) in sheet["printed"]
    assert sheet["title"] == "Weight for age, boys, 2 to 20 years" and sheet["last"]["percentile"] == "88"
