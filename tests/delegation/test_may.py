"""`medassist may`: answers, lines, faults, statuses, and how long it takes to start."""

import json
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from medassist.domain.delegation import rules
from medassist.interfaces.cli.may import may

SHOT = ["injection.intramuscular", "--state", "US-CA", "--role", "medical-assistant"]
FULL = [
    *SHOT, "--order", "standing", "--supervision", "onsite", "--delegator", "MD", "--training-hours", "10",
    "--demonstrations", "10", "--policy",
]  # fmt: skip
LINE = {
    "act": "injection.intramuscular", "state": "US-CA", "role": "medical-assistant", "credential": [],
    "order": "standing", "supervision": "onsite", "delegator": "MD", "training_hours": 10, "demonstrations": 10,
    "policy": True,
}  # fmt: skip


def run(*args, **parts):
    return CliRunner().invoke(may, list(args), **parts)


def test_json_has_the_keys_of_the_contract():
    ran = run(*SHOT, "--json")
    answer = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert set(answer) >= {"decision", "act", "jurisdiction", "reasons", "needs", "confidence"}
    assert (answer["decision"], answer["jurisdiction"]) == ("needs", "US-CA")
    assert all(set(reason) == {"text", "citation", "url", "as_of"} for reason in answer["reasons"])
    assert [need["code"] for need in answer["needs"]][0] == "delegator"


def test_with_everything_it_is_a_yes():
    assert json.loads(run(*FULL, "--json").stdout)["decision"] == "allow"


def test_for_a_person_the_exit_status_is_the_answer():
    yes, no = run(*FULL), run("injection.intravenous", *SHOT[1:])
    assert yes.exit_code == 0 and yes.stdout.startswith("Yes: Injection into the muscle, US-CA")
    assert no.exit_code == 1 and "§2069" in no.stdout
    assert no.stderr == "No: California does not open this act to medical assistants.\n"


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ([], "act is missing"),
        (["vitals.measure"], "state is missing"),
        (["vitals.measure", "--state", "US-CA"], "role is missing"),
        (["vitals.measure", "--state", "US-PR", "--role", "medical-assistant"], "no rules for US-PR"),
        (["vitals.measure", "--state", "US-CA", "--role", "wizard"], "wizard is not a role"),
        ([*SHOT, "--delegator", "XX"], "'XX' is not"),
        ([*SHOT, "--on", "tomorrow"], "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_understood_is_one_line_and_status_2(args, word):
    ran = run(*args)
    assert ran.exit_code == 2 and word in ran.stderr and ran.stderr.count("\n") == 1 and not ran.stdout


def test_an_act_that_no_list_names_is_refused_with_what_may_have_been_meant():
    answer = json.loads(run("injection.intramuscula", *SHOT[1:], "--json").stdout)
    assert answer["decision"] == "deny" and "injection.intramuscular" in answer["reasons"][-1]["text"]


def test_the_state_may_be_written_short():
    assert json.loads(run("vitals.measure", "--state", "ca", *SHOT[3:], "--json").stdout)["jurisdiction"] == "US-CA"


def test_help_lists_roles_acts_and_states():
    text = run("--help").stdout
    assert all(word in text for word in (*rules.acts().roles, *rules.acts().clinical, "US-DC", "Acts of the house"))


def test_a_batch_answers_line_by_line_in_order(tmp_path):
    bad = [
        "not json", "", "[]", json.dumps({**LINE, "state": "US-XX"}), json.dumps({**LINE, "training_hours": "ten"}),
        json.dumps({**LINE, "policy": "yes"}), json.dumps({**LINE, "order": "verbal"}),
        json.dumps({**LINE, "role": None}), "[" * 100_000,
        json.dumps({**LINE, "credential": [1]}), '{"act": "\\ud800"', json.dumps({**LINE, "supervision": 3}),
    ]  # fmt: skip
    good = [json.dumps(LINE), json.dumps({**LINE, "order": None}), json.dumps({**LINE, "act": "injection.intravenous"})]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join([*good, *bad, good[0]]) + "\n")
    answers = [json.loads(line) for line in run("--batch", str(file)).stdout.splitlines()]
    assert len(answers) == len(good) + len(bad) + 1
    assert [a.get("decision") for a in answers[:3]] == ["allow", "needs", "deny"]
    assert all(list(a) == ["error"] for a in answers[3:-1]) and answers[-1] == answers[0]


def test_half_a_surrogate_pair_does_not_stop_a_batch():
    [answer] = run("--batch", "-", input='{"act": "\\ud800", "state": "US-CA", "role": "nurse"}').stdout.splitlines()
    assert json.loads(answer)["decision"] == "deny"


def test_an_absent_fact_is_unknown_and_never_a_yes():
    for name in ("order", "supervision", "delegator", "training_hours", "demonstrations", "policy"):
        line = json.dumps({k: v for k, v in LINE.items() if k != name})
        assert json.loads(run("--batch", "-", input=line).stdout)["decision"] == "needs", name


def test_line_and_flags_give_the_same_answer():
    assert json.loads(run("--batch", "-", input=json.dumps(LINE)).stdout) == json.loads(run(*FULL, "--json").stdout)


def test_bound_acts_can_be_asked():
    answer = json.loads(run(*FULL, "--controlled", "--json").stdout)
    assert answer["decision"] == "needs" and "+" in answer["rule"]
    assert json.loads(run(*FULL, "--agent", "--json").stdout)["rule"] == "house/hands-on"


def test_it_starts_without_the_framework_and_at_once():
    code = (
        "import sys; from medassist.interfaces.cli.may import may; may(sys.argv[1:], standalone_mode=False); "
        "assert 'django' not in sys.modules, 'the framework was loaded'"
    )
    begun = time.perf_counter()
    ran = subprocess.run([sys.executable, "-c", code, *SHOT, "--json"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert time.perf_counter() - begun < 2.0  # about 0.15 s; a busy machine is given time
