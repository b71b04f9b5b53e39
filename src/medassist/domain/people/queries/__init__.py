"""What is read of patients."""

from medassist.domain.people.queries.alike import alike, duplicates
from medassist.domain.people.queries.find import Found, find
from medassist.domain.people.queries.glass import glass_reason, opening, restricted, restriction
from medassist.domain.people.queries.numbers import by_identifier, by_mr, by_mrn, by_mrns, identifiers, own_system
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
    "Found", "alerts", "alike", "banner", "brief", "by_identifier", "by_mr", "by_mrn", "by_mrns", "contacts",
    "duplicates", "existing", "find", "glass_reason", "identifiers", "line", "living", "opening", "own_system",
    "patient", "patients", "photo", "restricted", "restriction", "today", "versions",
]  # fmt: skip
