"""A second reader of the states' files, written from their README alone. It shares no code with the product's rules.

Slow and plain on purpose: each step is one numbered rule of src/medassist/domain/delegation/data/states/README.md.
"""

import datetime
import json
from functools import cache
from pathlib import Path

FILES = Path(__file__).resolve().parents[2] / "src/medassist/domain/delegation/data/states"
OWN_TEXT = ("statute", "regulation", "board-guidance")
STRICT = ("none", "general", "onsite", "direct")


@cache
def read(code):
    """One state's file."""
    return json.loads((FILES / f"{code}.json").read_text(encoding="utf-8"))


@cache
def plain(name):
    """A credential's name, letter case and spaces aside."""
    return " ".join(name.split()).casefold()


PRESENCE = {"in the room": "direct", "in the building": "onsite", "at another site": "general", "by video": "general"}


def reaches(presence, level):
    """Whether a kind of presence is as strong as the level that a file asks for; a video is only within reach."""
    return STRICT.index(PRESENCE[presence]) >= STRICT.index(level)


def holds(facts, name):
    """Whether the person holds this credential."""
    return plain(name) in map(plain, facts["credential"])


def answer(data, act, facts, today):
    """What the file says to a medical assistant: deny, or what is missing; an empty list is a yes."""
    found = [a for a in data["acts"] if a["act"] == act]
    entry = found[0] if found else None
    # rule 7, first step; rules 4 and 8: nothing local lifts a prohibition
    if entry and entry["rule"] == "prohibited":
        return "deny"
    ways = [dict(entry["conditions"], rule=entry["rule"])] if entry else [{"rule": "absent"}]
    if entry and "credential_rules" in entry["conditions"]:
        ways = rows_of(entry, facts)
        if not [w for w in ways if w["rule"] != "prohibited"]:
            return "deny"
        ways = [w for w in ways if w["rule"] != "prohibited"]
    lists = [missing(data, act, entry, way, facts, today) for way in ways]
    return min(lists, key=len)


def rows_of(entry, facts):
    """The rows of the person's own credentials, their conditions over the act's on the keys they name."""
    rows = entry["conditions"]["credential_rules"]
    own = [r for r in rows if r["credential"] != "none" and holds(facts, r["credential"])]
    if not own:
        own = [r for r in rows if r["credential"] == "none"]
    laid = []
    for row in own:
        way = {k: v for k, v in entry["conditions"].items() if k != "credential_rules"}
        way["rows"] = True
        way.update(row["conditions"])
        way["rule"] = row["rule"]
        laid.append(way)
    return laid


def missing(data, act, entry, way, facts, today):
    """Everything that is missing, in words of our own."""
    out = []
    default = data["supervision_default"]
    # who may delegate; where the act names nobody, who may supervise
    who = way.get("delegators") or default["by"]
    if facts["delegator"] is None or (who and facts["delegator"] not in who):
        out.append("delegator")
    # rule 2: the act's level, else the default, else direct
    level = way.get("supervision", "unknown")
    if level == "unknown":
        level = default["level"]
    if level == "unknown":
        level = "direct"
    counts = facts["delegator"] is None or not who or facts["delegator"] in who
    if not counts or STRICT.index(facts["supervision"]) < STRICT.index(level):
        out.append("supervision")
    order = way.get("order")
    if order == "either" and facts["order"] == "none":
        out.append("order")
    if order in ("standing", "patient_specific") and facts["order"].replace("-", "_") != order:
        out.append("order")
    if facts["training_hours"] < way.get("training_hours", 0):
        out.append("training-hours")
    if facts["demonstrations"] < way.get("demonstrations", 0):
        out.append("demonstrations")
    # rule 3
    if data["silent"] and way["rule"] == "conditional" and facts["demonstrations"] < 1:
        out.append("competency")
    if not certified(data, act, entry, way, facts):
        out.append("credential")
    if not facts["policy"] and policy_asked(data, entry, way, today):
        out.append("policy")
    return out


def certified(data, act, entry, way, facts):
    """The act's own certificates, else what the state asks for this act, else what it asks of everybody at work."""
    cert = data["certification"]
    if "certification_any_of" in way:
        return any(holds(facts, name) for name in way["certification_any_of"])
    if "rows" in way:
        return True  # the row itself is a credential held
    if act in cert["required_for"]:
        names = list(cert["accepted_certifications"])
        names += [cert["state_credential"]["name"]] if cert["state_credential"] else []
        return any(holds(facts, n) for n in names) if names else bool(facts["credential"])
    if cert["required_to_work"] == "yes":
        return any(holds(facts, name) for name in every_credential(data))
    return True


def every_credential(data):
    """All credentials that a file names."""
    names = [data["certification"]["state_credential"]["name"]] if data["certification"]["state_credential"] else []
    for act in data["acts"]:
        names += act["conditions"].get("certification_any_of", [])
        names += [r["credential"] for r in act["conditions"].get("credential_rules", []) if r["credential"] != "none"]
    return names


def policy_asked(data, entry, way, today):
    """Whether the practice's own signed policy must be there before any yes."""
    if entry is None:
        return True  # rule 1
    if "other" in way or "other" in entry["conditions"]:
        return True  # what a person must read
    if data["silent"] and way["rule"] == "conditional":
        return True  # rule 3
    if data["confidence"] == "low" or not any(data["sources"][i]["kind"] in OWN_TEXT for i in entry["sources"]):
        return True  # rule 4
    told = data.get("effective") or {}
    begins, ends = told.get("from"), told.get("to")
    if begins and datetime.date.fromisoformat(begins) > today:
        return True  # rule 9
    return bool(ends) and datetime.date.fromisoformat(ends) < today
