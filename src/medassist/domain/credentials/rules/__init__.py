"""What can be true of credentials: what a person holds, the facts on certifications, and the ways to them. Pure."""

from medassist.domain.credentials.rules.book import (
    Book,
    Credential,
    Document,
    Fee,
    Program,
    Route,
    book,
    document,
    programs,
)
from medassist.domain.credentials.rules.facts import NOT_FOUND, Fact, Source
from medassist.domain.credentials.rules.held import (
    ACT,
    KINDS,
    LICENCES,
    MOST_HOURS,
    dates_fault,
    summed,
)
from medassist.domain.credentials.rules.person import (
    EDUCATION,
    STATES,
    Person,
    Tries,
    accreditor_of,
    faults,
    state_code,
)
from medassist.domain.credentials.rules.planning import Survey, Way, plain, plan, survey

__all__ = [
    "ACT", "EDUCATION", "KINDS", "LICENCES", "MOST_HOURS", "NOT_FOUND", "STATES", "Book", "Credential", "Document",
    "Fact", "Fee", "Person", "Program", "Route", "Source", "Survey", "Tries", "Way", "accreditor_of", "book",
    "dates_fault", "document", "faults", "plain", "plan", "programs", "state_code", "summed", "survey",
]  # fmt: skip
