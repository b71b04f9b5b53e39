"""What may be asked of credentials."""

from medassist.domain.credentials.inputs.held import (
    RecordCredential,
    RevokeCredential,
    SavePlan,
    SignOffSkill,
    VerifyCredential,
    WithdrawSignOff,
)

__all__ = [
    "RecordCredential", "RevokeCredential", "SavePlan", "SignOffSkill", "VerifyCredential", "WithdrawSignOff",
]  # fmt: skip
