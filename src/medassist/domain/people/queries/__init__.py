"""What is read of patients."""

from medassist.domain.people.queries.alike import alike, duplicates
from medassist.domain.people.queries.find import Found, find
from medassist.domain.people.queries.numbers import by_identifier, by_mr, by_mrn, identifiers, own_system
from medassist.domain.people.queries.patients import alerts, banner, brief, line, patient, patients, photo, versions

__all__ = [
    "Found", "alerts", "alike", "banner", "brief", "by_identifier", "by_mr", "by_mrn", "duplicates", "find",
    "identifiers", "line", "own_system", "patient", "patients", "photo", "versions",
]  # fmt: skip
