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
from medassist.domain.credentials.rules.chosen import program_name, stands_on
from medassist.domain.credentials.rules.dates import day_faults
from medassist.domain.credentials.rules.directory import (
    SHIPPED,
    Differences,
    Listed,
    differences,
    listed,
    standing,
)
from medassist.domain.credentials.rules.education import (
    BY_ISSUER,
    Counted,
    Owed,
    Price,
    Share,
    Terms,
    categories_of,
    owed,
    price_of,
    terms_of,
)
from medassist.domain.credentials.rules.entries import (
    Directory,
    Entry,
    directory,
    layout_name,
    opened,
    source_of,
    sources,
    told_of,
)
from medassist.domain.credentials.rules.evidence import (
    HOW,
    LEARNING,
    MOST,
    PARTS,
    Requirement,
    digest,
    kinds,
    requirements,
)
from medassist.domain.credentials.rules.facts import NOT_FOUND, Fact, Source
from medassist.domain.credentials.rules.held import (
    ACT,
    DONE,
    KINDS,
    LICENCES,
    MOST_HOURS,
    called,
    dates_fault,
    summed,
)
from medassist.domain.credentials.rules.layouts import LAYOUTS, program_key
from medassist.domain.credentials.rules.lines import Told
from medassist.domain.credentials.rules.lists import read_list, read_places
from medassist.domain.credentials.rules.offers import begins_with_program, offers, plain_offer, takes_program
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
from medassist.domain.credentials.rules.wallet import (
    COUNTING,
    ENDINGS,
    LARGEST,
    STEPS,
    code_of,
    file_faults,
    issued_by,
    media_type,
    number_elsewhere,
    outlasts,
    overlap,
    short,
    span,
    step_due,
    too_large,
)

__all__ = [
    "ACT", "BY_ISSUER", "CHECKS", "COUNTING", "DATA", "DONE", "EDUCATION", "ENDINGS", "HOW", "KINDS", "LARGEST",
    "LAYOUTS", "LEARNING", "LICENCES", "MANIFEST", "MOST", "MOST_HOURS", "NOT_FOUND", "PARTS", "SHIPPED", "STATES",
    "STEPS", "Ages", "Book", "Counted", "Credential", "Dated", "Differences", "Directory", "Document", "Entry", "Fact",
    "Fee", "Listed", "Owed", "Person", "Price", "Program", "Requirement", "Route", "Share", "Source", "Survey", "Terms",
    "Told", "Tries", "Way", "accreditor_of", "ages", "begins_with_program", "book", "called", "categories_of",
    "code_of", "dated", "dates_fault", "day_faults", "differences", "digest", "directory", "document", "faults",
    "faults_of", "file_faults", "issued_by", "kinds", "layout_name", "listed", "media_type", "number_elsewhere",
    "offers", "opened", "outlasts", "overlap", "owed", "plain", "plain_offer", "plan", "price_of", "program_key",
    "program_name", "programs", "read", "read_list", "read_places", "requirements", "short", "source_of", "sources",
    "span", "standing", "stands_on", "state_code", "step_due", "summed", "survey", "takes_program", "terms_of", "texts",
    "told_of", "too_large",
]  # fmt: skip
