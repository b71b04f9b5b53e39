"""What a route asks besides schooling and work, in a sentence each: the person must confirm it, since nobody asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medassist.domain.credentials.rules.book import Route
from medassist.domain.credentials.rules.person import Person


def _skills(value: Mapping[str, Any]) -> str:
    counts = [f"{number} {name.replace('_', ' ')}" for name, number in value.items() if name != "on"]
    return f"Done, on {value['on']}: {', '.join(counts)}." if "on" in value else f"Done: {', '.join(counts)}."


# requirement -> the sentence to confirm
CONFIRM: dict[str, Callable[[Any], str]] = {
    "min_age": lambda value: f"You are {value} or older.",
    "program_hours_min": lambda value: f"The program had at least {value} hours.",
    "externship_hours_min": lambda value: f"The externship had at least {value} hours.",
    "accreditor": lambda value: f"On the accreditor the source says: {value}.",
    "program": lambda value: f"The program is as the source says: {value}.",
    "institution": lambda value: f"The school is as the source says: {value}.",
    "required_topics": lambda value: f"The program covered {', '.join(value)}.",
    "covers": lambda value: f"It covered {value}.",
    "approved_by": lambda value: f"Approved by {value}.",
    "must_include": lambda value: f"The work was {' and '.join(value)}.",
    "full_time": lambda value: "The work was full-time.",
    "full_time_hours_per_week": lambda value: f"Full time is {value} hours a week.",
    "experience_kind": lambda value: f"The work was {value}.",
    "verified_by": lambda value: f"The {value} verifies the work.",
    "separated_within_years": lambda value: f"You left the armed forces within the last {value * 12} months.",
    "employer": lambda value: f"You work for a {value}.",
    "cpr_current": lambda value: "Your CPR certificate is current.",
    "skills": _skills,
    "good_moral_character": lambda value: "Good moral character.",
    "practicum_must_be_verified_by": lambda value: f"The {value} verifies the practicum.",
}
# requirement -> what the source adds in its own words
NOTES: dict[str, Callable[[Any], str]] = {
    "older_graduate_rule": lambda value: f"For earlier graduates: {value}.",
    "detail_note": lambda value: f"{value[:1].upper()}{value[1:]}.",
    "window_note": lambda value: f"{value[:1].upper()}{value[1:]}.",
    "accreditation_rule": lambda value: f"What counts: {value}.",
    "school_accreditation_required": lambda value: "The school need not be accredited." if not value else "",
    "experience_hours_equivalent": lambda value: f"{value:,} hours count as the same.",
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
        asked.append(f"You have a {route.requires['min_education']}.")
    return asked


def told(route: Route) -> list[str]:
    """What the source adds in words that no engine can compute with."""
    texts = (NOTES[name](value) for name, value in route.requires.items() if name in NOTES)
    return [text for text in texts if text]
