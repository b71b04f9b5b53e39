"""The page about entry checks says what the file of limits says."""

import re
from pathlib import Path

from medassist.domain.vitals import rules
from medassist.domain.vitals.rules.data import data

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/reference/entry-checks.md"
UNITS = {"height": " cm", "systolic": " mmHg", "diastolic": " mmHg", "pulse": " /min", "respirations": " /min",
         "oxygen_saturation": " points"}  # fmt: skip


def rows():
    """The table of adults as the file of limits makes it."""
    for name in ("weight", "height", "systolic", "diastolic", "pulse", "respirations", "oxygen_saturation"):
        rule = data("limits")["changes"][name][-1]
        for step in rule["within"]:
            unit = "%" if rule.get("percent") else UNITS[name]
            off = [f"{step[way]}{unit} {word}" for way, word in (("down", "less"), ("up", "more")) if way in step]
            alone = "any time" if len(rule["within"]) == 1 else "longer"
            since = f"up to {step['days']} days" if "days" in step else alone
            yield f"| {rules.sign(name).label} | {since} | {', '.join(off)} |"


def test_the_table_of_adults_is_the_file_s():
    text = PAGE.read_text()
    table = text.split("## How far is too far, for adults")[1].split("##")[0]
    assert re.findall(r"^\| [A-Z].*\|$", table, re.MULTILINE) == list(rows())


def test_the_numbers_in_its_sentences_are_the_file_s():
    text = PAGE.read_text()
    assert f"the middle of the last {rules.RECENT}" in text
    assert f"more than {data('limits')['time']['late_days']} days ago" in text
