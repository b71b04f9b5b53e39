"""Tables of credentials. A credential is never edited: its proof and its end are rows of their own."""

from medassist.domain.credentials.models.held import (
    Credential,
    Revocation,
    SavedPlan,
    SignOff,
    Verification,
)

__all__ = [
    "Credential", "Revocation", "SavedPlan", "SignOff", "Verification",
]  # fmt: skip
