"""What is judged as a whole asks what the bedside asks; and a plain line is read as any line is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import plan
from medassist.domain.vitals.rules.assess import Case, assess
from medassist.interfaces.cli import vital_set
from tests.vitals.slips import OFFICE, Box

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
ON = NOW.date()
USUAL = {"systolic": (40, 250), "diastolic": (20, 160), "pulse": (30, 230), "respirations": (5, 90),
         "temperature": (93, 108), "oxygen_saturation": (70, 100), "weight": (4, 400), "height": (18, 90)}  # fmt: skip
DAYS = st.one_of(st.integers(0, 40_000), st.integers(0, 7_400))
SEXES = st.sampled_from(["female", "male", ""])


@st.composite
def sets(draw):
    """Values as they are typed, few of them far from the last ones."""
    names = draw(st.lists(st.sampled_from(sorted(USUAL)), unique=True, min_size=1))
    return {name: draw(st.decimals(*USUAL[name], places=1)) for name in names}


def questions(found, known):
    """Asked at the bedside, of what can be."""
    boxes = [Box(name, value, OFFICE[name]) for name, value in found.items()]
    can = [one for one in boxes if not rules.faults(one.sign, one.value, one.unit)]
    return sorted(text for every in rules.asked(can, known).values() for text in every)


def flagged(found, known):
    given = {name: (float(value), OFFICE[name]) for name, value in found.items()}
    told = assess(Case(given, known.on, known.born, sex=known.sex, last=known.last))
    return sorted(one["text"] for one in told["flags"] if one["kind"] == "unlikely")


@given(sets(), DAYS, SEXES)
def test_of_whom_nothing_is_known_the_same_is_asked(found, days, sex):
    known = rules.Known(on=ON, born=ON - timedelta(days), sex=sex)
    assert flagged(found, known) == questions(found, known)


@given(sets(), sets(), DAYS, st.integers(0, 900), SEXES)
def test_beside_earlier_values_the_same_is_asked(found, before, days, ago, sex):
    last = {name: rules.Told(value, OFFICE[name], ON - timedelta(ago)) for name, value in before.items()}
    known = rules.Known(on=ON, born=ON - timedelta(days), sex=sex, last=last)
    assert flagged(found, known) == questions(found, known)


@given(st.sampled_from(["weight", "height", "head_circumference"]), st.integers(0, 7_500), SEXES, st.data())
def test_where_a_size_is_plain_growth_does_not_ask(name, days, sex, data):
    low, high = plan.sizes(sex, days).get(name, (1.0, 0.0))
    if low > high:
        return
    size = Decimal(repr(data.draw(st.floats(low, high))))
    rule = plan.usual(rules.sign(name), ON, rules.Child(sex, ON - timedelta(days)))
    assert rule is None or rule["low"] <= size <= rule["high"]


def test_a_child_of_an_unlikely_size_is_asked_about_at_the_first_visit():
    child = {"birth_date": "2024-05-01", "sex": "female", "at": "2026-11-23"}
    told = assess(vital_set.case({**child, "values": [{"code": "weight", "value": 57, "unit": "[lb_av]"}]}, NOW))
    assert [one["text"] for one in told["flags"]] == ["57 lb is very high for this age. Measure again?"]


def test_of_several_earlier_values_the_latest_counts_and_one_slip_among_them_does_not():
    rows = [(287.6, "2026-08-12"), (187.0, "2026-05-01"), (186.2, "2026-02-01"), (90, "2020-01-01")]
    before = [{"code": "weight", "value": value, "unit": "lb", "at": day} for value, day in reversed(rows)]
    line = {"birth_date": "1983-03-04", "at": "2026-11-23", "previous": before}
    case = vital_set.case({**line, "values": [{"code": "weight", "value": 187.6, "unit": "lb"}]}, NOW)
    assert (case.last["weight"].on, len(case.last["weight"].earlier)) == (date(2026, 8, 12), 3)
    assert assess(case)["flags"] == []


# -- a plain line

ROWS = st.lists(st.fixed_dictionaries({
    "code": st.sampled_from(["8480-6", "8867-4", "29463-7", "8302-2", "8306-3", "59408-5", "pain", "1-8", ""]),
    "value": st.one_of(st.integers(-3, 400), st.floats(0, 400), st.sampled_from([None, True, "5", 1e-30, 1e12])),
    "unit": st.sampled_from(["mm[Hg]", "/min", "kg", "lb", "cm", "%", "{score}", "", None, "furlong"]),
}), max_size=4)  # fmt: skip
LINES = st.fixed_dictionaries({"values": ROWS, "at": st.sampled_from([
    "2026-11-23", "2026-11-23T10:00:00-08:00", "2026-11-24T09:00", "2026-11-25", "", "1899-01-01", 3])}, optional={
    "birth_date": st.sampled_from(["1983-03-04", "2026-11-23", "2026-11-24", "1899-12-31", "19830304", "", None]),
    "sex": st.sampled_from(["female", "F", "", "hippo", None, 1]), "position": st.just("standing"),
    "context": st.fixed_dictionaries({}, optional={
        "oxygen": st.sampled_from([True, False, None, 1]), "consciousness": st.sampled_from(["A", "U", "", None]),
        "spo2_scale": st.sampled_from([1, 2, 3, "2"]), "pregnant": st.sampled_from([True, None, "yes"]),
        "gestation_weeks": st.just(30)}),
})  # fmt: skip


@given(LINES)
def test_a_plain_line_is_read_as_any_line_is(line):
    read = vital_set.plain(orjson.dumps(line), NOW)
    assert read is None or read == vital_set.case(line, NOW)


def test_the_plainest_line_is_read_in_one_go():
    rows = [{"code": "8480-6", "value": 128, "unit": "mm[Hg]"}, {"code": "8310-5", "value": 98.6, "unit": "F"}]
    line = {"birth_date": "1983-03-04", "sex": "female", "at": "2026-11-23", "values": rows}
    line["context"] = {"oxygen": False}
    assert vital_set.plain(orjson.dumps(line), NOW) == vital_set.case(line, NOW)
