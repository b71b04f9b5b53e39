"""Tables of credentials. A credential is never edited: its proof and its end are rows of their own."""

from medassist.domain.credentials.models.held import (
    Credential,
    Revocation,
    SavedPlan,
    SignOff,
    Verification,
)
from medassist.domain.credentials.models.lists import (
    ProgramFact,
    ProgramList,
)
from medassist.domain.credentials.models.skills import (
    PracticumDay,
    Signature,
    Signed,
    Work,
)
from medassist.domain.credentials.models.wallet import (
    Course,
    Credit,
    Document,
    Reminder,
)

__all__ = [
    "Course", "Credential", "Credit", "Document", "PracticumDay", "ProgramFact", "ProgramList", "Reminder",
    "Revocation", "SavedPlan", "SignOff", "Signature", "Signed", "Verification", "Work",
]  # fmt: skip
