"""The states' files in the package: whole, well formed, and the project's own, word for word."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from medassist.domain.delegation import rules

FILES = Path(rules.__file__).resolve().parents[1] / "data" / "states"
CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
KEYS = {"delegators", "supervision", "order", "certification_any_of", "training_hours", "demonstrations", "other"}
DELEGATORS = set("MD DO DPM DC PA NP CNM CNS RN LPN ND OD".split())
WHEN = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")


def data(code):
    return json.loads((FILES / f"{code}.json").read_text(encoding="utf-8"))


def test_all_51_jurisdictions_have_a_file():
    assert sorted(CODES) == sorted(path.stem for path in FILES.glob("*.json"))
    assert rules.states() == tuple(f"US-{code}" for code in sorted(CODES))


@pytest.mark.parametrize("code", CODES)
def test_a_file_is_well_formed(code):
    file = data(code)
    assert file["jurisdiction"] == f"US-{code}" and file["confidence"] in ("high", "medium", "low")
    assert file["certification"]["required_to_work"] in ("yes", "no", "conditional", "unknown")
    assert isinstance(file["silent"], bool) and file["supervision_default"]["level"] in rules.LEVELS or "unknown"
    for source in file["sources"]:
        assert re.match(r"https?://\S+$", source["url"]) and source["citation"] and source["title"]
        assert source["kind"] in ("statute", "regulation", "board-guidance", "association", "secondary")
        assert source["as_of"] is None or WHEN.match(source["as_of"])
    names = [act["act"] for act in file["acts"]]
    assert len(names) == len(set(names)) and set(names) <= set(rules.acts().clinical) | set(rules.acts().administrative)
    for act in file["acts"]:
        entry_is_well_formed(file, act)


def entry_is_well_formed(file, act):
    assert act["rule"] in ("allowed", "conditional", "prohibited")
    assert act["sources"] and all(0 <= i < len(file["sources"]) for i in act["sources"])
    assert act["as_of"] is None or WHEN.match(act["as_of"])
    assert act["rule"] != "conditional" or act["conditions"]
    conditions_are_well_formed(act["conditions"], KEYS | {"credential_rules"})
    for row in act["conditions"].get("credential_rules", []):
        assert row["credential"] and row["rule"] in ("allowed", "conditional", "prohibited")
        conditions_are_well_formed(row["conditions"], KEYS)


def conditions_are_well_formed(conditions, keys):
    assert set(conditions) <= keys
    assert set(conditions.get("delegators", [])) <= DELEGATORS and conditions.get("delegators") != []
    assert conditions.get("supervision", "direct") in ("direct", "onsite", "general", "unknown")
    assert conditions.get("order", "either") in ("patient_specific", "standing", "either")
    assert conditions.get("certification_any_of", ["x"]) and conditions.get("other", "x").strip()
    assert all(conditions.get(key, 1) > 0 for key in ("training_hours", "demonstrations"))


def test_the_projects_validator_finds_no_fault_in_the_packages_copy(shared):
    ran = subprocess.run(
        [sys.executable, shared / "data" / "validate_states.py", FILES], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert "0 faults" in ran.stdout


def test_the_packages_copy_is_the_projects_word_for_word(shared):
    for path in (shared / "data" / "states").iterdir():
        assert (FILES / path.name).read_bytes() == path.read_bytes(), path.name


def test_every_act_that_the_source_names_has_a_class():
    """An act of no class is refused: a name that somebody mistyped would shut a screen for everybody."""
    named = re.compile(r"""\bAct\(\s*"([a-z_]+\.[a-z_]+)"|\bact="((?:house|records|schedule|visits)\.[a-z_]+)\"""")
    root = Path(rules.__file__).resolve().parents[3]
    missing = {
        f"{path.relative_to(root)}: {act}"
        for path in root.rglob("*.py")
        for pair in named.findall(path.read_text(encoding="utf-8"))
        for act in pair
        if act and act not in rules.acts()
    }
    assert not missing


def test_the_lists_of_acts_name_only_acts_and_roles_that_are_there():
    book = rules.acts()
    roles = set(book.roles)
    for table in (book.administrative, book.house):
        assert all(act.roles <= roles for act in table.values())
    assert all(set(act.licensed) <= roles for act in book.clinical.values())
    assert all(act in book for act in book.system)
    assert all(act in book for acts in book.grants.values() for act in acts)
    assert not any(book.clinical[act].hands_on for acts in book.grants.values() for act in acts if act in book.clinical)
    assert not set(book.clinical) & (set(book.administrative) | set(book.house))


def test_no_act_is_in_the_lists_twice():
    def once(pairs):
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    json.loads((FILES.parent / "acts.json").read_bytes(), object_pairs_hook=once)


def test_what_two_texts_say_differently_is_told_act_by_act():
    before = rules.state("US-CA")
    data = json.loads(before.text)
    for one in data["acts"]:
        if one["act"] == "specimen.venipuncture":
            one["rule"] = "prohibited"
        if one["act"] == "injection.intramuscular":
            one["conditions"]["training_hours"] = 99
    data["acts"] = [one for one in data["acts"] if one["act"] != "injection.intradermal"]
    data["sources"][0]["title"] = "Another title"
    after, faults = rules.read("US-CA", json.dumps(data).encode())
    assert not faults
    told = {one.act: one for one in rules.differences(before, after)}
    assert set(told) == {"specimen.venipuncture", "injection.intramuscular", "injection.intradermal"}
    assert told["specimen.venipuncture"].after == ("no",) and told["injection.intradermal"].after == ("not found",)
    assert "99 hours of training" in told["injection.intramuscular"].after
    assert rules.differences(before, before) == []
