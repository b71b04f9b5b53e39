"""What may be asked of credentials."""

from medassist.domain.credentials.inputs.held import (
    RecordCredential,
    RevokeCredential,
    SavePlan,
    SignOffSkill,
    TakeBackCredential,
    VerifyCredential,
    WithdrawSignOff,
)
from medassist.domain.credentials.inputs.lists import (
    TakePrograms,
    ToldField,
)
from medassist.domain.credentials.inputs.skills import (
    EnterPracticum,
    EnterWork,
    HearOfWork,
    SignLog,
    TakeBackEntry,
)
from medassist.domain.credentials.inputs.wallet import (
    Counts,
    KeepDocument,
    RecordCourse,
    Remind,
    RemindAll,
    TakeBackCourse,
)

__all__ = [
    "Counts", "EnterPracticum", "EnterWork", "HearOfWork", "KeepDocument", "RecordCourse", "RecordCredential", "Remind",
    "RemindAll", "RevokeCredential", "SavePlan", "SignLog", "SignOffSkill", "TakeBackCourse", "TakeBackCredential",
    "TakeBackEntry", "TakePrograms", "ToldField", "VerifyCredential", "WithdrawSignOff",
]  # fmt: skip
