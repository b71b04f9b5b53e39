"""What can be true of credentials: what a person holds, the facts on certifications, and the ways to them. Pure."""

from medassist.domain.credentials.rules.age import Ages, Dated, ages, dated
from medassist.domain.credentials.rules.book import (
    DATA,
    MANIFEST,
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
from medassist.domain.credentials.rules.checks import CHECKS, faults_of
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
from medassist.domain.credentials.rules.typed import read, texts

__all__ = [
    "ACT", "CHECKS", "DATA", "EDUCATION", "KINDS", "LICENCES", "MANIFEST", "MOST_HOURS", "NOT_FOUND", "STATES",
    "Ages", "Book", "Credential", "Dated", "Document", "Fact", "Fee", "Person", "Program", "Route", "Source",
    "Survey", "Tries", "Way", "accreditor_of", "ages", "book", "dated", "dates_fault", "document", "faults",
    "faults_of", "plain", "plan", "programs", "read", "state_code", "summed", "survey", "texts",
]  # fmt: skip
