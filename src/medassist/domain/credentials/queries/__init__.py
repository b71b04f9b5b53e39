"""What can be read of credentials."""

from medassist.domain.credentials.queries.ahead import standing_ahead
from medassist.domain.credentials.queries.held import (
    EDUCATION,
    KINDS,
    LICENCES,
    Person,
    Survey,
    Way,
    book,
    credential,
    document,
    licences,
    office_day,
    plain,
    plans,
    programs,
    read,
    sign_off,
    skills,
    standing_of,
    survey,
    texts,
    wallet,
    wallets,
)

__all__ = [
    "EDUCATION", "KINDS", "LICENCES", "Person", "Survey", "Way", "book", "credential", "document", "licences",
    "office_day", "plain", "plans", "programs", "read", "sign_off", "skills", "standing_ahead", "standing_of",
    "survey", "texts", "wallet", "wallets",
]  # fmt: skip
