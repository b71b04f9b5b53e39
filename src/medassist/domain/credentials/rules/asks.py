"""What a route asks besides schooling and work, in a sentence each: the person must confirm it, since nobody asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medassist.domain.credentials.rules.book import Route
from medassist.domain.credentials.rules.person import Person
from medassist.domain.credentials.rules.said import both, say


def _skills(value: Mapping[str, Any]) -> str:
    counts = [f"{number} {name.replace('_', ' ')}" for name, number in value.items() if name != "on"]
    if "on" in value:
        return say("Done, on {who}: {counts}.", who=value["on"], counts=", ".join(counts))
    return say("Done: {counts}.", counts=", ".join(counts))


# requirement -> the sentence to confirm
CONFIRM: dict[str, Callable[[Any], str]] = {
    "min_age": lambda value: say("You are {value} or older.", value=value),
    "program_hours_min": lambda value: say("The program had at least {value} hours.", value=value),
    "externship_hours_min": lambda value: say("The externship had at least {value} hours.", value=value),
    "accreditor": lambda value: say("On the accreditor the source says: {value}.", value=value),
    "program": lambda value: say("The program is as the source says: {value}.", value=value),
    "institution": lambda value: say("The school is as the source says: {value}.", value=value),
    "required_topics": lambda value: say("The program covered {topics}.", topics=", ".join(value)),
    "covers": lambda value: say("It covered {value}.", value=value),
    "approved_by": lambda value: say("Approved by {value}.", value=value),
    "must_include": lambda value: say("The work was {value}.", value=both(value)),
    "full_time": lambda value: say("The work was full-time."),
    "full_time_hours_per_week": lambda value: say("Full time is {value} hours a week.", value=value),
    "experience_kind": lambda value: say("The work was {value}.", value=value),
    "verified_by": lambda value: say("The {value} verifies the work.", value=value),
    "separated_within_years": lambda value: say(
        "You left the armed forces within the last {months} months.", months=value * 12
    ),
    "employer": lambda value: say("You work for a {value}.", value=value),
    "cpr_current": lambda value: say("Your CPR certificate is current."),
    "skills": _skills,
    "good_moral_character": lambda value: say("Good moral character."),
    "practicum_must_be_verified_by": lambda value: say("The {value} verifies the practicum.", value=value),
}
# requirement -> what the source adds in its own words
NOTES: dict[str, Callable[[Any], str]] = {
    "older_graduate_rule": lambda value: say("For earlier graduates: {value}.", value=value),
    "detail_note": lambda value: f"{value[:1].upper()}{value[1:]}.",
    "window_note": lambda value: f"{value[:1].upper()}{value[1:]}.",
    "accreditation_rule": lambda value: say("What counts: {value}.", value=value),
    "school_accreditation_required": lambda value: say("The school need not be accredited.") if not value else "",
    "experience_hours_equivalent": lambda value: say("{value:,} hours count as the same.", value=value),
}
# requirements that a door or a step is made of
COMPUTED = frozenset({
    "program_accreditors", "apply_within_months_of_graduation", "may_sit_days_before_completion",
    "accreditation_lookback_months", "documents", "min_months_since_graduation", "must_have_passed_before",
    "pre_approval_required", "graduated_within_years", "completed_within_years",
    "or_scheduled_to_graduate", "experience_years_min", "experience_window_years", "any_of", "training",
    "experience", "min_education", "credential", "national_certification", "national_exam",
    "exam_passed_within_years", "skills_source",
})  # fmt: skip
# requirements of routes that are not asked about (teaching, a pilot that is history)
ELSEWHERE = frozenset({
    "award", "min_academic_contact_hours", "excludes_practicum", "min_practicum_hours", "setting",
    "or_experience_hours_after_program", "institution_accreditor", "completed", "teaching_years_min",
})  # fmt: skip
KNOWN = frozenset(CONFIRM) | frozenset(NOTES) | COMPUTED | ELSEWHERE
"""Every requirement that planning can read; an import with another one is not taken."""


def to_confirm(route: Route, person: Person) -> list[str]:
    """What the person must confirm, in the order of the file."""
    asked = [CONFIRM[name](value) for name, value in route.requires.items() if name in CONFIRM]
    if "min_education" in route.requires and person.education not in ("none", "high-school"):
        asked.append(say("You have a {diploma}.", diploma=route.requires["min_education"]))
    return asked


def told(route: Route) -> list[str]:
    """What the source adds in words that no engine can compute with."""
    texts = (NOTES[name](value) for name, value in route.requires.items() if name in NOTES)
    return [text for text in texts if text]
