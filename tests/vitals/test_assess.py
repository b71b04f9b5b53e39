"""NEWS2, and one set judged as a whole by the rules alone, as `medassist vitals assess` gives it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner

from medassist.domain.vitals.rules import news2
from medassist.interfaces.cli import vital_set, vitals

WELL = {"respirations": 16, "oxygen_saturation": 97, "systolic": 120, "pulse": 70, "temperature": "36.9"}


def points(oxygen=False, consciousness="A", scale=1, **other):
    values = {name: Decimal(str(value)) for name, value in {**WELL, **other}.items() if value is not None}
    return news2.score(values, oxygen=oxygen, consciousness=consciousness, scale=scale, years=50)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("respirations", {8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3}),
        ("oxygen_saturation", {91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0}),
        ("systolic", {90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3}),
        ("pulse", {40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3}),
        ("temperature", {"35.0": 3, "35.1": 1, "36.0": 1, "36.1": 0, "38.0": 0, "38.1": 1, "39.0": 1, "39.1": 2}),
    ],
)
def test_each_part_has_the_points_of_the_chart(part, expected):
    for value, wanted in expected.items():
        assert points(**{part: value}).parts[part] == wanted, value


def test_oxygen_and_consciousness_count():
    assert points().total == 0 and points(oxygen=True).total == 2
    assert [points(consciousness=level).total for level in "ACVPU"] == [0, 3, 3, 3, 3]


def test_the_second_scale_asks_for_less_oxygen():
    on_air = {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}
    on_oxygen = {83: 3, 85: 2, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3}
    for value, wanted in on_air.items():
        assert points(scale=2, oxygen_saturation=value).parts["oxygen_saturation"] == wanted
    for value, wanted in on_oxygen.items():
        assert points(scale=2, oxygen=True, oxygen_saturation=value).parts["oxygen_saturation"] == wanted


def test_the_risk_follows_the_total_and_a_single_three():
    assert points().risk == "low" and points(respirations=8).risk == "low-medium"
    assert points(respirations=25, pulse=115).risk == "medium"
    assert points(respirations=25, pulse=131, systolic=95).risk == "high"


def test_without_all_parts_there_is_no_score():
    for part in WELL:
        assert points(**{part: None}) is None
    assert points(oxygen=None) is None and points(consciousness=None) is None
    assert news2.score({k: Decimal(str(v)) for k, v in WELL.items()}, oxygen=False, consciousness="A", years=15) is None


# -- the command

ADULT = {
    "birth_date": "1983-03-04", "sex": "female", "at": "2026-11-23T10:38:00-08:00", "oxygen": False,
    "consciousness": "A",
    "values": [
        {"code": "8480-6", "value": 148, "unit": "mm[Hg]"}, {"code": "8462-4", "value": 92, "unit": "mm[Hg]"},
        {"code": "8867-4", "value": 88, "unit": "/min"}, {"code": "9279-1", "value": 16, "unit": "/min"},
        {"code": "8310-5", "value": 98.4, "unit": "[degF]"}, {"code": "59408-5", "value": 98, "unit": "%"},
        {"code": "29463-7", "value": 187.6, "unit": "[lb_av]"}, {"code": "8302-2", "value": 64.5, "unit": "[in_i]"},
    ],
}  # fmt: skip


def run(given, *options):
    done = CliRunner().invoke(vitals.command, ["assess", *(options or ["--json"])], input=given)
    return done


def answer(**parts):
    done = run(json.dumps({**ADULT, **parts}))
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def changed(values):
    return [{**row, "value": values.get(row["code"], row["value"])} for row in ADULT["values"]]


def test_an_adult_set_is_judged_scored_and_given_an_index():
    told = answer()
    assert told["scores"]["news2"] == 0
    assert told["values"]["bmi"] == 31.7 and told["percentiles"] == []
    flags = {(one["sign"], one["kind"]): one for one in told["flags"]}
    assert set(flags) == {("systolic", "judgement"), ("bmi", "judgement")}
    assert flags["systolic", "judgement"]["text"] == "High, stage 2 range"
    assert flags["bmi", "judgement"]["source"]["url"].startswith("https://www.cdc.gov/")


def test_a_slip_is_flagged_with_what_was_meant_and_keeps_the_score_away():
    rows = [*ADULT["values"][:4], {"code": "8310-5", "value": 986, "unit": "F"}, *ADULT["values"][5:]]
    told = answer(values=rows)
    [flag] = [one for one in told["flags"] if one["kind"] == "impossible"]
    assert (flag["text"], flag["suggestion"]) == (
        "986 °F is not possible. Did you mean 98.6?", {"value": 98.6, "unit": "[degF]"},
    )  # fmt: skip
    assert "news2" not in told["scores"]


def test_a_jump_since_last_time_is_flagged():
    last = [{"code": "29463-7", "value": 287.6, "unit": "lb", "at": "2026-08-12"}]
    texts = [one["text"] for one in answer(previous=last)["flags"]]
    assert "−100 lb since Aug 12. Weigh again?" in texts


def test_a_child_is_placed_on_the_curves():
    told = answer(
        birth_date="2018-05-23", sex="male", at="2026-11-23",
        values=[{"code": "29463-7", "value": 40, "unit": "kg"}, {"code": "8302-2", "value": 130, "unit": "cm"}],
    )  # fmt: skip
    placed = {one["measure"]: one for one in told["percentiles"]}
    assert set(placed) == {"weight-for-age", "stature-for-age", "bmi-for-age"}
    assert (placed["bmi-for-age"]["reference"], placed["bmi-for-age"]["method"]) == ("CDC", "cdc-extended-bmi")
    assert placed["bmi-for-age"]["percentile"] > 95
    assert "news2" not in told["scores"]


def test_an_infant_measured_lying_is_placed_by_length():
    told = answer(
        birth_date="2026-05-23", sex="F", at="2026-11-23",
        values=[{"code": "29463-7", "value": 7300, "unit": "g"}, {"code": "8306-3", "value": 65.7, "unit": "cm"},
                      {"code": "9843-4", "value": 42.2, "unit": "cm"}],
    )  # fmt: skip
    assert {one["measure"] for one in told["percentiles"]} == {
        "weight-for-age", "length-for-age", "head-circumference-for-age", "weight-for-length", "bmi-for-age",
    }  # fmt: skip
    assert {one["reference"] for one in told["percentiles"]} == {"WHO"}
    assert all(abs(one["z"]) < 0.5 for one in told["percentiles"])


def test_a_whole_observation_is_understood():
    pressure = {
        "resourceType": "Observation", "effectiveDateTime": "2026-11-23",
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                       "valueQuantity": {"value": value, "code": "mm[Hg]"}}
                      for code, value in (("8480-6", 182), ("8462-4", 96))],
    }  # fmt: skip
    told = answer(values=[pressure])
    assert told["flags"][0]["text"].startswith("Very high")


def test_lines_are_answered_in_order_and_bad_ones_in_their_place(tmp_path):
    lines = [json.dumps(ADULT), "not json", json.dumps({"values": [{"code": "1-8", "value": 1}]}), "[]", "",
             json.dumps({**ADULT, "birth_date": "2027-01-01"}), '{"values": [{"code": "8867-4", "value": NaN}]}',
             json.dumps({"values": []})]  # fmt: skip
    file = tmp_path / "sets.jsonl"
    file.write_text("\n".join(lines) + "\n")
    done = run(None, "--batch", str(file))
    told = [json.loads(line) for line in done.output.splitlines()]
    assert len(told) == len(lines)
    assert told[0]["scores"]["news2"] == 0 and told[-1]["flags"] == []
    assert all("error" in one for one in told[1:-1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"at": "2026-02-30"}, "at is a date"), ({"birth_date": "1983-13-01"}, "birth_date is a date"),
        ({"at": "2126-11-23"}, "at is still to come"), ({"birth_date": "2126-11-23"}, "birth_date is still to come"),
        ({"at": 20261123}, "at is a date"), ({"birth_date": "1783-03-04"}, "birth_date is before 1900"),
        ({"birth_date": "2026-11-24"}, "the birth date is after the day of the set"),
        ({"values": [{"code": "8867-4", "value": "88", "unit": "/min"}]}, "pulse: “88” is text, not a number"),
        ({"values": [{"code": "8867-4", "value": None, "unit": "/min"}]}, "pulse: A number is missing"),
        ({"values": [{"code": "8867-4", "value": True, "unit": "/min"}]}, "pulse: A number is missing"),
        ({"values": [{"code": "8867-4", "value": 88, "unit": "furlong"}]}, "furlong is not a unit known here"),
        ({"values": [{"code": "8867-4", "value": 88}]}, "pulse: A unit is missing"),
        ({"values": [{"code": "8867-4", "value": 88, "unit": 7}]}, "pulse: the unit is a UCUM code"),
        ({"values": [{"code": "1-8", "value": 88, "unit": "/min"}]}, "1-8 is not a vital sign known here"),
        ({"values": [3]}, "each value is an object"), ({"values": {}}, "a set holds a list named values"),
        ({"context": []}, "context is an object"), ({"sex": "hippo"}, "sex is male, female"),
        ({"oxygen": "yes"}, "oxygen is true or false"), ({"consciousness": "AC"}, "consciousness is one of A, C"),
        ({"consciousness": ""}, "consciousness is one of"), ({"spo2_scale": 3}, "spo2_scale is 1 or 2"),
        ({"pregnant": 1}, "pregnant is true or false"), ({"gestation_weeks": 7}, "gestation_weeks is a number from"),
        ({"avoid_arms": "left"}, "avoid_arms is a list"), ({"previous": 1}, "previous is a list"),
        ({"respiratory_effort": "bad"}, "respiratory_effort is one of"),
        ({"capillary_refill_seconds": -1}, "capillary_refill_seconds is a number"),
    ],
)  # fmt: skip
def test_what_is_given_wrong_is_told_in_a_sentence(change, says):
    done = run(json.dumps({**ADULT, **change}))
    assert done.exit_code == 2 and says in done.output


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "not JSON"), ("[" * 100_000, "not JSON"), ("[1]", "a set is one JSON object"),
        ("{}", "a list named values"),
        ('{"values": [{"code": "8867-4", "value": NaN, "unit": "/min"}]}', "pulse: This is not a number"),
        ('{"values": [{"code": "8867-4", "value": Infinity, "unit": "/min"}]}', "pulse: This is not a number"),
        ('{"values": [{"code": "8867-4", "value": 1e99, "unit": "/min"}]}', "too large"),
    ],
)  # fmt: skip
def test_what_is_no_set_is_told_in_a_sentence(given, says):
    done = run(given)
    assert done.exit_code == 2 and says in done.output


def test_a_time_without_a_zone_may_be_told_in_the_east():
    now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert vital_set.case({"at": "2026-11-24", "values": []}, now).on == date(2026, 11, 24)
    assert vital_set.case({"at": "2026-11-24T09:00", "values": []}, now).on == date(2026, 11, 24)
    for late in ("2026-11-25", "2026-11-24T10:01", "2026-11-23T20:11:00Z", "2026-11-23T13:00:00-08:00"):
        with pytest.raises(vital_set.Fault, match="still to come"):
            vital_set.case({"at": late, "values": []}, now)


def test_the_answer_has_the_shape_that_others_rely_on():
    told = answer()
    assert set(told) == {"flags", "scores", "percentiles", "blood_pressure", "values"}
    assert all({"code", "severity", "text", "source"} <= set(flag) for flag in told["flags"])
    assert {"news2", "news2_parts", "news2_band"} <= set(told["scores"])
    assert told["scores"]["news2_parts"] == {
        "9279-1": 0, "59408-5": 0, "oxygen": 0, "8480-6": 0, "8867-4": 0, "67775-7": 0, "8310-5": 0,
    }  # fmt: skip
    pressure = told["blood_pressure"]
    assert (pressure["systolic"], pressure["diastolic"], pressure["category"]) == (148, 92, "stage 2 range")
    assert pressure["method"] == "ACC/AHA 2017 categories" and pressure["source"]["url"]


def test_a_child_gets_an_early_warning_score_that_names_what_it_misses():
    values = [{"code": "8867-4", "value": 125, "unit": "/min"}, {"code": "9279-1", "value": 42, "unit": "/min"},
              {"code": "59408-5", "value": 93, "unit": "%"}]  # fmt: skip
    scores = answer(birth_date="2024-11-01", values=values)["scores"]
    assert (scores["pews"], scores["pews_band"]) == (3, "incomplete")
    assert scores["pews_missing"] == ["8480-6", "capillary_refill", "respiratory_effort"]
    values.append({"code": "8480-6", "value": 95, "unit": "mm[Hg]"})
    done = answer(birth_date="2024-11-01", values=values, respiratory_effort="severe", capillary_refill_seconds=3)
    scores = done["scores"]
    assert (scores["pews"], scores["pews_band"], scores["pews_missing"]) == (11, "8 or more", [])
    [flag] = [one for one in done["flags"] if one["kind"] == "score"]
    assert flag["text"] == "Early warning score 11" and flag["severity"] == "act" and flag["source"]["url"]
    assert "news2" not in done["scores"]


def test_the_pressure_of_a_child_says_how_it_was_judged_and_where_it_lies():
    values = [{"code": "8480-6", "value": 106, "unit": "mm[Hg]"}, {"code": "8462-4", "value": 60, "unit": "mm[Hg]"},
              {"code": "8302-2", "value": 116, "unit": "cm"}]  # fmt: skip
    told = answer(birth_date="2020-06-01", sex="male", values=values)
    pressure = told["blood_pressure"]
    assert pressure["category"] == "at or above the screening value 105/66" and pressure["severity"] == "watch"
    assert "Table 6" in pressure["method"] and "not available" in pressure["method"]
    assert pressure["percentiles"]["reference"] == "NHLBI Fourth Report 2004"
    assert 80 < pressure["percentiles"]["systolic"] < 95
    assert told["flags"][0]["source"]["url"].endswith("peds.2017-1904")


def test_a_pregnant_patient_is_judged_by_limits_of_pregnancy_and_gets_no_news2():
    told = answer(values=changed({"8480-6": 162, "8867-4": 112}), pregnant=True)
    assert "news2" not in told["scores"]
    assert told["blood_pressure"]["category"] == "severe range in pregnancy"
    assert [(one["sign"], one["severity"]) for one in told["flags"]] == [("systolic", "act")]


def test_a_child_born_early_is_placed_by_its_corrected_age():
    values = [{"code": "29463-7", "value": 5.0, "unit": "kg"}]
    plain = answer(birth_date="2026-07-23", sex="male", values=values)
    early = answer(birth_date="2026-07-23", sex="male", values=values, gestation_weeks=30)
    assert "corrected_age_days" not in plain and early["corrected_age_days"] == 123 - 70
    assert early["percentiles"][0]["corrected_age_days"] == 53
    assert early["percentiles"][0]["z"] > plain["percentiles"][0]["z"] + 1


def test_a_pressure_on_an_arm_not_to_be_used_is_stopped():
    values = [{**row, "site": "left-arm"} if row["code"] == "8480-6" else row for row in ADULT["values"]]
    flags = answer(values=values, avoid_arms=["avoid-left-arm"])["flags"]
    [flag] = [one for one in flags if one["kind"] == "arm"]
    assert flag["severity"] == "stop" and flag["text"].startswith("The left arm is not to be used")
    assert not [one for one in answer(values=values, avoid_arms=["right"])["flags"] if one["kind"] == "arm"]


def test_pressures_lying_and_standing_are_compared_and_the_one_at_rest_is_judged():
    def at(position, minutes, upper, lower, pulse):
        rows = (("8480-6", upper, "mm[Hg]"), ("8462-4", lower, "mm[Hg]"), ("8867-4", pulse, "/min"))
        return [{"code": code, "value": value, "unit": unit, "position": position, "minutes": minutes}
                for code, value, unit in rows]  # fmt: skip

    rest = at("lying", 0, 118, 76, 70)
    told = answer(values=[*rest, *at("standing", 1, 102, 70, 84), *at("standing", 3, 96, 68, 88)])
    [flag] = [one for one in told["flags"] if one["kind"] == "orthostatic"]
    assert flag["text"] == "Falls on standing, by 22/8 mmHg within 3 minutes"
    assert told["blood_pressure"]["systolic"] == 118
    held = answer(values=[*rest, *at("standing", 3, 116, 78, 101)])
    assert [one["text"] for one in held["flags"] if one["kind"] == "orthostatic"] == [
        "Pulse rises on standing, pulse by 31 a minute, pressure holds"
    ]


def test_a_high_shock_index_is_flagged():
    told = answer(values=changed({"8480-6": 100, "8867-4": 104}))
    assert told["scores"]["shock_index"] == 1.04
    assert "Shock index very high, 1.04" in [one["text"] for one in told["flags"]]
    assert "shock_index" not in answer(birth_date="2012-01-01")["scores"]


def test_without_json_it_is_told_in_words():
    done = run(json.dumps(ADULT), "assess")
    done = CliRunner().invoke(vitals.command, ["assess"], input=json.dumps(ADULT))
    assert "Systolic: High, stage 2 range" in done.output and "NEWS2 0, low risk" in done.output
