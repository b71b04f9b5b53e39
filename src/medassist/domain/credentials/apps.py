"""Credentials as a Django app."""

from medassist.kernel import guard
from medassist.kernel.apps import DomainConfig

FROZEN = (
    "Course", "Credit", "Document", "Reminder", "Work", "PracticumDay", "Signature", "Signed", "ProgramList",
    "ProgramFact",
)  # fmt: skip
"""The logs, the documents, what was signed and the lists that were taken: a correction adds."""


class CredentialsConfig(DomainConfig):
    """Who holds what."""

    name = "medassist.domain.credentials"

    def ready(self) -> None:
        """Import what registers itself, and freeze what is only added to."""
        super().ready()
        guard.append_only(*(f"credentials.{name}" for name in FROZEN))
