"""The facts in the package: taken over whole, by an import that takes all or nothing; their age; the commands."""

import csv
import hashlib
import json
import shutil
from datetime import date

import pytest
from click.testing import CliRunner

from medassist.codecs.places import parse, place
from medassist.domain.credentials import rules
from medassist.domain.credentials.rules.facts import day_of
from medassist.domain.delegation import rules as delegation
from medassist.interfaces.cli import credentials as planned
from medassist.interfaces.cli import data as command
from medassist.interfaces.web.guide import words

NAMES = tuple(rules.CHECKS)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A copy of the package's data, which an import may change."""
    own, of_states = tmp_path / "own", tmp_path / "delegation"
    shutil.copytree(rules.DATA, own)
    shutil.copytree(delegation.DATA, of_states)
    monkeypatch.setattr(rules, "DATA", own)
    monkeypatch.setattr(delegation, "DATA", of_states)
    return own


@pytest.fixture
def folder(tmp_path):
    """What somebody wants to have taken in: a copy of what is there."""
    found = tmp_path / "new"
    found.mkdir()
    for name in NAMES:
        shutil.copy(rules.DATA / name, found / name)
    shutil.copytree(delegation.DATA / "states", found / "states")
    return found


def take(folder, *options):
    return CliRunner().invoke(command.data, ["import", str(folder), *options])


def state_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_packages_copy_is_the_projects_word_for_word(shared):
    for name in NAMES:
        assert (rules.DATA / name).read_bytes() == (shared / "data" / name).read_bytes(), name


def test_the_manifest_keeps_the_hash_of_every_file():
    kept = json.loads((rules.DATA / rules.MANIFEST).read_bytes())["files"]
    for name in NAMES:
        assert kept[name]["sha256"] == hashlib.sha256((rules.DATA / name).read_bytes()).hexdigest(), name
    for code in delegation.states():
        assert kept[f"states/{code[3:]}.json"]["sha256"] == delegation.known(code).hash


def test_what_comes_with_medassist_has_no_fault():
    assert not [fault for name in NAMES for fault in rules.faults_of(name, (rules.DATA / name).read_bytes())]
    for path in (delegation.DATA / "states").glob("??.json"):
        assert not delegation.faults_of(path.name, path.read_bytes())


def test_every_fact_has_a_source_a_date_in_words_and_a_confidence_or_says_that_it_was_not_found():
    for one in rules.book().credentials.values():
        facts = list(one.facts())
        assert facts
        for key, fact in facts:
            assert fact.source or fact.value is None or "not found" in fact.confidence, (one.code, key)
            assert fact.source is None or (fact.source.url and fact.as_of), (one.code, key)
    for route in (route for one in rules.book().credentials.values() for route in one.routes):
        assert route.source and route.confidence and route.as_of


def test_an_import_takes_what_changed_and_keeps_its_hash(here, folder):
    text = (folder / "certifications.json").read_text().replace('"usd": 155', '"usd": 156')
    (folder / "certifications.json").write_text(text)
    done = take(folder)
    assert (
        done.exit_code == 0 and "certifications.json: taken" in done.output and "programs.csv: as it was" in done.output
    )
    assert (here / "certifications.json").read_text() == text
    kept = json.loads((here / rules.MANIFEST).read_bytes())["files"]["certifications.json"]
    assert kept["sha256"] == hashlib.sha256(text.encode()).hexdigest() and kept["compiled"] == "2026-11-23"
    again = state_of(here)
    assert take(folder).exit_code == 0 and state_of(here) == again


def test_a_state_that_changes_asks_for_its_policies_again(here, folder):
    path = folder / "states" / "TX.json"
    path.write_text(path.read_text().replace('"Texas"', '"The State of Texas"', 1))
    assert "Policies signed for TX must be read and signed again." in take(folder).output


def test_a_look_changes_nothing(here, folder):
    (folder / "occupation.json").write_text((folder / "occupation.json").read_text() + "\n")
    before = state_of(here)
    assert "occupation.json: would be taken" in take(folder, "--check").output and state_of(here) == before


CERTS, WAIT, READ = "certifications.json", '"min_months_since_graduation": 12', '"as_of": "2026-06-18"'
ELSEWHERE = -1
"""What is told stands at another place than what was changed."""
BROKEN = [
    ((CERTS, '"compiled": "2026-11-23",', '"compiled": "2026-11-23"'), "this is no JSON", 4),
    ((CERTS, '"CA"', '"ZZ"'), "there is no state ZZ", None),
    ((CERTS, '"source": "aama-elig"', '"source": "nobody"'), "source nobody is not", None),
    ((CERTS, '"confidence": "official"', '"confidence": "sure"'), "confidence is one of", None),
    ((CERTS, WAIT, '"moon_phase": 12'), "cannot read", None),
    ((CERTS, WAIT, '"min_months_since_graduation": -1'), "cannot be -1", None),
    ((CERTS, READ, '"as_of": "2027-06-18"'), "later than the day", None),
    ((CERTS, READ, '"as_of": "2026-02-30"'), "not a day of the calendar", None),
    ((CERTS, '"code": "RMA-AMT"', '"code": "CMA-AAMA"'), "is there twice", None),
    (("accreditors.json", '"compiled": "2026-11-23"', '"compiled": "soon"'), "the day it was compiled", 3),
    (("occupation.json", '"source": "hg-2019"', '"source": "nobody"'), "not in the list of sources", None),
    (("programs.csv", "school,program,", "school,course,"), "the columns have changed", 1),
    (("programs.csv", ",AK,hybrid,", ",AX,hybrid,"), "there is no state AX", 2),
    (("programs.csv", ",AK,hybrid,", ",AK,by post,"), "delivery is one of", 2),
    (("programs.csv", "third-party,old", "third-party,old,extra"), "a row has 18 columns", 2),
    (("states/TX.json", '"US-TX"', '"US-OK"'), "the file is called TX.json", None),
    (("states/TX.json", '"last_researched": "2', '"last_researched": "1'), "later than the last look", ELSEWHERE),
    (("states/TX.json", '"vitals.measure"', '"vitals.measured"'), "no act is called vitals.measured", None),
    (("states/TX.json", '"rule": "prohibited"', '"rule": "maybe"'), "rule is one of", None),
]  # fmt: skip


@pytest.mark.parametrize(("slip", "text", "line"), BROKEN)
def test_a_broken_file_is_told_with_line_and_column_and_nothing_is_taken(here, folder, slip, text, line):
    name, old, new = slip
    whole = (folder / name).read_text()
    assert old in whole
    (folder / name).write_text(whole.replace(old, new, 1))
    # another file is good and new: it must not be taken either
    (folder / "programs-sources.md").write_text("new\n")
    before = state_of(here)
    done = take(folder)
    assert done.exit_code == 1 and text in done.stderr and "nothing was taken" in done.stderr
    told = done.stderr.splitlines()[0]
    assert told.startswith(name.split("/")[-1]) and ", line " in told and ", column " in told
    assert line == ELSEWHERE or f"line {line or whole[: whole.index(old)].count(chr(10)) + 1}," in told, told
    assert state_of(here) == before


def test_a_file_of_a_state_that_is_not_there_is_told(here, folder):
    (folder / "states" / "ZZ.json").write_text("{}")
    done = take(folder)
    assert done.exit_code == 1 and "there is no state ZZ" in done.stderr


def test_bytes_that_are_no_text_are_told(here, folder):
    (folder / "occupation.json").write_bytes(b'{"schema": "\xff"}')
    assert "occupation.json, line 1, column 13: this is no UTF-8 text." in take(folder).stderr


def test_a_folder_without_any_of_the_files_is_told(here, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "holds none of the files" in take(tmp_path / "empty").stderr


def test_a_disk_that_refuses_half_way_puts_back_what_was_written(here, folder, monkeypatch):
    for name in ("certifications.json", "occupation.json"):
        (folder / name).write_text((folder / name).read_text() + "\n")
    before = {path: raw for path, raw in state_of(here).items() if path.suffix in (".json", ".csv")}
    (here / ".occupation.json.new").mkdir()  # the second file cannot be written here
    done = take(folder)
    assert done.exit_code == 1 and "nothing was taken" in done.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_the_place_of_a_value_is_its_line_and_column():
    text, data, faults = parse("x", b'{"a": [1,\n  {"b": "x\\"y", "c": 2}],\n "d": null}')
    assert not faults and data["a"][1]["c"] == 2
    assert place(text, ("a", 1, "c")) == (2, 22) and place(text, ("d",)) == (3, 7) and place(text, ()) == (1, 1)
    assert place(text, ("a", 7)) == place(text, ("a",)) == (1, 7)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-09", date(2022, 9, 1)), ("2025-2026 school year", date(2026, 1, 1)), ("undated (quotes 2023)", None),
        ("2026 (quotes a 2026-01-05 registry count)", date(2026, 1, 5)), ("2024 or later", None), ("", None),
        ("after 2018-02-05", None), ("stored copy from before 2021-07-15", date(2021, 7, 15)),
    ],
)  # fmt: skip
def test_the_day_of_a_date_in_words(text, day):
    assert day_of(text) == day


def age(*options):
    done = CliRunner().invoke(command.data, ["age", "--json", *options])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_what_is_older_than_a_year_is_listed_by_file_key_and_date():
    now, before = age("--on", "2026-11-26"), age("--on", "2021-01-01")
    assert now["counts"]["old"] > before["counts"]["old"] > 0
    assert all(one["file"] and one["key"] for part in ("old", "undated", "not_found") for one in now[part])
    keys = {(one["file"], one["key"], one["as_of"]) for one in now["old"]}
    assert ("certifications.json", "CPT-NHA.exam.pass_rate", "quotes 2024 and 2025 NHA data") in keys
    assert all(day_of(one["as_of"]) < date(2025, 11, 26) for one in now["old"])
    assert "CMA-AAMA.exam.pass_rate" in {one["key"] for one in now["not_found"]}
    files = {one["file"] for part in ("old", "undated") for one in now[part]}
    assert {"certifications.json", "accreditors.json", "occupation.json", "programs.csv", "states/TX.json"} <= files


def test_the_list_of_cities_and_the_lines_of_the_map_have_an_age_too():
    folder = words.DATA
    cities, lines = (json.loads((folder / name).read_bytes()) for name in ("cities.json", "outlines.json"))
    wanted = {
        ("cities.json", "cities", cities["source"]["as_of"], cities["source"]["url"]),
        ("outlines.json", "states", lines["as_of"], lines["url"]),
    }
    old = {(one["file"], one["key"], one["as_of"], one["url"]) for one in age("--on", "2026-11-26")["old"]}
    assert wanted <= old
    before = age("--on", "2017-06-01")
    assert not [one for one in before["old"] if one["file"] == "outlines.json"]
    assert before["counts"]["fresh"] > 0


def test_the_age_of_a_day_that_is_none_is_told():
    done = CliRunner().invoke(command.data, ["age", "--on", "yesterday"])
    assert done.exit_code == 2 and "is not a day" in done.stderr


def plan(*words):
    return CliRunner().invoke(planned.credentials, ["plan", *words])


def test_the_command_answers_by_its_contract():
    words = (
        "--state US-AZ --education program-accredited --graduated 2026-08-01 --accreditor ABHES --on 2026-11-26 --json"
    )
    answer = json.loads(plan(*words.split()).output)
    for way in answer["ways"]:
        assert {"credential", "steps", "cost", "earliest", "sources", "closes", "allows", "open", "reason"} <= set(way)
        assert way["cost"] == "unknown" or {"total", "parts", "unknown"} == set(way["cost"])
        assert all(source["url"].startswith("http") for source in way["sources"]) and way["sources"]
    cma = next(way for way in answer["ways"] if (way["credential"], way["route"]) == ("CMA-AAMA", "cat1"))
    assert cma["closes"]["on"] == "2027-08-01" and cma["cost"]["total"] == 125 and cma["earliest"] == "2026-11-26"
    assert "injection.intramuscular" in cma["allows"]["opens"]
    ccma = next(way for way in answer["ways"] if way["credential"] == "CCMA-NHA")
    assert "injection.intramuscular" in ccma["allows"]["other"]
    assert answer["state"]["required_to_work"] == "conditional" and answer["state"]["sources"]


@pytest.mark.parametrize(
    "words",
    [
        "--state US-ZZ",
        "--state US-TX --experience-months -3",
        "--state US-TX --education program-other --graduated 2999-01-01",
        "--state US-TX --education program-other --accreditor CAHEP",
        "--state US-TX --failed-tries CMA=1",
        "--state US-TX --lapsed CMA-AAMA=2999-01-01",
        "--state US-TX --education wizardry",
        "--state US-TX --on tomorrow",
        "",
    ],
)
def test_the_command_says_in_one_line_what_cannot_be(words):
    done = plan(*words.split())
    assert done.exit_code == 2 and done.stderr.strip() and not done.stdout


def test_the_command_reads_for_a_person_too():
    text = plan("--state", "TX", "--education", "high-school", "--experience-months", "14").output
    assert "CCMA (CCMA-NHA)" in text and "155 USD known" in text and "Not found means not found" in text


def test_programs_are_read_with_every_column_and_where_they_stand():
    with (rules.DATA / "programs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rules.programs()) == len(rows) == 187
    assert all(getattr(one, name) == row[name] for one, row in zip(rules.programs(), rows, strict=True) for name in row)


def test_a_certification_opens_no_act_that_the_state_prohibits_or_does_not_name():
    for state in delegation.states():
        book = delegation.known(state)
        for code in rules.book().credentials:
            found = delegation.opened(state, code)
            places = [act for name in found.__slots__ for act in getattr(found, name)]
            assert sorted(places) == sorted(delegation.acts().clinical)
            for act in (*found.opens, *found.part, *found.without):
                assert act in book and book.entry(act).rule != "prohibited", (state, code, act)


def test_every_wording_that_is_read_stands_in_its_states_file_and_names_credentials_that_are_there():
    read = json.loads((delegation.DATA / "wordings.json").read_bytes())["states"]
    for state, wordings in read.items():
        text = json.dumps(delegation.known(state).data, ensure_ascii=False)
        for wording, one in wordings.items():
            assert json.dumps(wording, ensure_ascii=False) in text, (state, wording)
            assert {*one.get("meets", ()), *one.get("part", ()), *one.get("names", ())} <= set(rules.book().credentials)


NO_CERTIFICATION_OF_OURS = (
    "certification by a national or state medical association", "board-approved entity", "Device-specific training",
    "A medical-assistant certification examination approved",
)  # fmt: skip


def test_every_entry_of_a_states_list_of_accepted_certifications_is_read():
    for code in delegation.states():
        named = {wording for one in rules.book().credentials for found in delegation.named(one)
                 if found.state.code == code for wording in found.wordings}  # fmt: skip
        for wording in delegation.known(code).data["certification"]["accepted_certifications"]:
            assert wording in named or wording.startswith(NO_CERTIFICATION_OF_OURS), (code, wording)


def test_a_state_that_names_a_certification_is_found_with_the_sources_of_the_place():
    found = {one.state.code: one for one in delegation.named("CMA-AAMA")}
    assert {"US-NJ", "US-AZ", "US-CT", "US-TN"} <= set(found)
    jersey = found["US-NJ"]
    assert any("the list starts with the Certifying Board of the AAMA" in text for text in jersey.wordings)
    assert (
        set(jersey.sources) >= set(jersey.state.data["certification"]["sources"])
        and "injection.intramuscular" in jersey.acts
    )
    assert delegation.named("CMAS-AMT") == ()
