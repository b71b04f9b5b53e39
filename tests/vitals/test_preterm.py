"""Children born early: the weeks at birth told, growth by the corrected age in charts and in what is stored."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from medassist.domain.vitals import actions, inputs, queries, wire
from medassist.domain.vitals.models import Reading, VitalSet
from medassist.domain.vitals.pages import growth, growth_pdf
from medassist.domain.vitals.pages.growth import on_paper
from medassist.domain.vitals.pages.growth_chart import told
from medassist.domain.vitals.rules import growth as rules
from medassist.domain.vitals.rules.data import data
from medassist.kernel import clock
from medassist.kernel.errors import Invalid, Refused
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import context
from medassist.ui.shell import banner
from tests.vitals.clinic import tell
from tests.vitals.given import given_patient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yes")]
CONFIRMED = {"taken_at", "weight", "gestation"}
EARLY = 7 * 8  # born at 32 weeks


def born(days: int) -> date:
    return timezone.localdate(clock.now()) - timedelta(days=days)


@pytest.fixture
def child() -> Any:
    """A girl who is 200 days old."""
    return given_patient("Delgado", "Lucia", birth_date=born(200).isoformat(), gender="female")


def take(patient: Any, days_ago: float = 0, ctx: Any = None, **typed: str) -> VitalSet:
    """A set as it is typed into the form, and everybody hears of it."""
    at = clock.now() - timedelta(days=days_ago)
    given = inputs.from_form({**typed, "confirmed": CONFIRMED}, patient=patient.pk, taken_at=at)
    made = actions.take(ctx or context(), given)
    tell()
    return made


def percentile(of: VitalSet) -> Reading:
    return Reading.objects.get(of=of, sign="weight_percentile", replaced_by=None)


def expected(days: float) -> D:
    """What the rules say of 6 kg at an age."""
    return D(str(round(rules.assess("female", days, weight=6.0)[0].percentile, 4)))


@pytest.mark.parametrize(
    ("typed", "days"),
    [("32", 224), ("32+4", 228), ("32 4/7", 228), ("32+0 weeks", 224), ("228 d", 228), ("32.5", 227.5)],
)
def test_the_weeks_are_typed_as_they_are_said(child: Any, typed: str, days: float) -> None:
    take(child, gestation=typed)
    assert queries.weeks(child.pk) == pytest.approx(days / 7)


@pytest.mark.parametrize("typed", ["early", "32+8", "97", "32 kg"])
def test_what_are_no_weeks_is_told_beside_the_box(child: Any, typed: str) -> None:
    with pytest.raises(Invalid) as why:
        take(child, gestation=typed)
    assert list(why.value.faults) == ["gestation"] and not VitalSet.objects.exists()


def test_weeks_that_hardly_can_be_are_asked_about(child: Any) -> None:
    with pytest.raises(Invalid) as why:
        actions.take(context(), inputs.from_form({"gestation": "12"}, patient=child.pk))
    assert list(why.value.doubts) == ["gestation"]


def test_whoever_may_not_measure_tells_no_weeks(child: Any, settings: Any) -> None:
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    with pytest.raises(Refused):
        actions.take(context(), inputs.from_form({"gestation": "32"}, patient=child.pk))
    assert queries.weeks(child.pk) is None


def test_the_same_key_tells_them_once(child: Any) -> None:
    given = inputs.from_form({"gestation": "32"}, patient=child.pk)
    assert actions.take(context(key="k"), given) == actions.take(context(key="k"), given)
    assert Reading.objects.filter(sign="gestation").count() == 1
    assert AuditEntry.objects.filter(action="vitals.take", outcome="done").count() == 1
    assert Event.objects.filter(name="vitals.taken").count() == 1


def test_what_is_stored_is_by_the_corrected_age_with_the_weeks_in_the_same_set_or_before(child: Any) -> None:
    together = percentile(take(child, days_ago=30, weight="6 kg", gestation="32"))
    later = percentile(take(child, weight="6 kg"))
    assert (together.value, together.qualifiers["corrected"]) == (expected(170 - EARLY), str(170 - EARLY))
    assert (later.value, later.qualifiers["corrected"]) == (expected(200 - EARLY), str(200 - EARLY))
    assert expected(200) < expected(200 - EARLY)


def test_what_was_stored_before_follows_when_the_weeks_are_told_put_right_and_taken_back(child: Any) -> None:
    weighed = take(child, weight="6 kg")
    assert percentile(weighed).value == expected(200) and "corrected" not in percentile(weighed).qualifiers
    told_in = take(child, gestation="32")
    assert percentile(weighed).value == expected(200 - EARLY)
    for value, age in (("30", 130), (None, 200)):
        wrong = Reading.objects.get(of=told_in, sign="gestation", replaced_by=None)
        unit = {"unit": "wk"} if value else {}
        given = inputs.CorrectReading.of(reading=wrong.pk, reason="Read again", value=value, **unit)
        actions.correct(context(), given)
        tell()
        assert percentile(weighed).value == expected(age), value
    assert "corrected" not in percentile(weighed).qualifiers


def test_a_child_born_in_time_or_grown_past_the_age_is_placed_by_its_own_age(child: Any) -> None:
    take(child, gestation="37")
    assert percentile(take(child, weight="6 kg")).value == expected(200)
    older = given_patient("Delgado", "Luis", birth_date=born(800).isoformat(), gender="female")
    take(older, gestation="32")
    assert "corrected" not in percentile(take(older, weight="11 kg")).qualifiers


def test_before_the_expected_day_nothing_is_placed() -> None:
    newborn = given_patient("Delgado", "Ana", birth_date=born(20).isoformat(), gender="female")
    made = take(newborn, weight="2 kg", gestation="32")
    assert not Reading.objects.filter(of=made, sign="weight_percentile").exists()


def test_the_chart_its_table_and_its_csv_are_by_the_corrected_age_and_say_so(child: Any) -> None:
    take(child, gestation="32+4", weight="6 kg")
    page = told(child.pk, {"measure": "weight", "ages": "0-2"})
    age = 200 - 7 * (40 - D(228) / 7)
    [row] = page["rows"]
    assert row["share_below"] == pytest.approx(float(expected(float(age))), abs=0.006)
    assert (row["age"], row["corrected"]) == ("6 mo", "4 mo")
    assert page["plot"] is not None
    html = answer(growth, child, "ages=0-2").content.decode()
    assert "Born at 32 weeks and 4 days." in html and "corrected 4 mo" in html and "at 6 mo (corrected 4 mo)" in html
    assert data("growth")["preterm"]["url"] in html
    [line] = csv.DictReader(io.StringIO(answer(growth, child, "ages=0-2&as=csv").content.decode()))
    assert (line["Age"], line["Corrected age"]) == ("6 mo", "4 mo")


def test_the_paper_says_it_too(child: Any) -> None:
    take(child, gestation="32", weight="6 kg")
    sheet = on_paper(told(child.pk, {"ages": "0-2"}), banner(child.pk), "Ana Reyes")
    assert sheet["early"].startswith("Born at 32 weeks. ") and sheet["rows"][0]["corrected"]
    assert answer(growth_pdf, child, "ages=0-2").content.startswith(b"%PDF")


def test_of_a_child_of_whom_nobody_told_the_weeks_nothing_is_said(child: Any) -> None:
    take(child, weight="6 kg")
    html = answer(growth, child, "ages=0-2").content.decode()
    assert "Born at" not in html and "corrected" not in html.lower().split("<main")[-1]


def test_fhir_tells_the_weeks_and_by_which_age_a_percentile_is(child: Any) -> None:
    shown = {one["code"]["coding"][0]["code"]: one for one in wire.to_fhir(take(child, gestation="32", weight="6 kg"))
             if one["resourceType"] == "Observation"}  # fmt: skip
    weeks = shown["11884-4"]
    assert weeks["valueQuantity"]["code"] == "wk" and float(weeks["valueQuantity"]["value"]) == 32
    assert weeks["category"][0]["coding"][0]["code"] == "exam"
    assert shown["8336-0"]["method"]["text"] == "WHO 2006 growth reference, by corrected age"
    back = wire.from_fhir({**weeks, "id": None}, device="Ward 3")
    assert [(one.sign, one.value) for one in back.found] == [("gestation", D(32))]


def answer(view: Any, patient: Any, query: str) -> Any:
    request = RequestFactory().get(f"/vitals/?{query}")
    request.context, request.session = context(), {}
    return view(request, patient=patient.pk)
