"""What is read of patients."""

from medassist.domain.people.queries.alike import alike, duplicates
from medassist.domain.people.queries.find import Found, find
from medassist.domain.people.queries.numbers import by_identifier, by_mr, by_mrn, identifiers, own_system
from medassist.domain.people.queries.patients import (
    alerts,
    banner,
    brief,
    contacts,
    existing,
    line,
    living,
    patient,
    patients,
    photo,
    today,
    versions,
)

__all__ = [
    "Found", "alerts", "alike", "banner", "brief", "by_identifier", "by_mr", "by_mrn", "contacts", "duplicates",
    "existing", "find", "identifiers", "line", "living", "own_system", "patient", "patients", "photo", "today",
    "versions",
]  # fmt: skip
