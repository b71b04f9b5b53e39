"""What may be asked of delegation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from medassist.domain.delegation import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


def _act(value: str) -> str:
    if value not in rules.acts():
        raise ValueError(f"{value} is not an act")
    return value


def _decided(value: str) -> str:
    if value not in rules.acts().clinical and value not in rules.acts().administrative:
        raise ValueError(f"No policy is asked for {value}")
    return value


def _clinical(value: str) -> str:
    if value not in rules.acts().clinical:
        raise ValueError(f"{value} is not a clinical act")
    return value


def _state(value: str) -> str:
    if value not in rules.states():
        raise ValueError(f"There are no rules for {value}; a state is written US-CA")
    return value


ActCode = Annotated[str, AfterValidator(_act)]
ClinicalAct = Annotated[str, AfterValidator(_clinical)]
DecidedAct = Annotated[str, AfterValidator(_decided)]
State = Annotated[str, AfterValidator(_state)]
# byte for byte as it was checked, the ends of lines aside: browsers send them in their own way
Text = Annotated[
    str,
    StringConstraints(min_length=2, max_length=1_000_000, strip_whitespace=False),
    AfterValidator(lambda text: text.replace("\r\n", "\n")),
]
Why = Annotated[str, StringConstraints(min_length=3, max_length=500)]
Kind = Literal["MD", "DO", "DPM", "DC", "PA", "NP", "CNM", "CNS", "RN", "LPN", "ND", "OD"]


class Narrows(Inputs):
    """What the practice asks beyond the state."""

    forbidden: bool = False
    supervision: Literal["", "general", "onsite", "direct"] = ""
    order: Literal["", "either", "standing", "patient_specific"] = ""
    hours: int = Field(0, ge=0, le=10_000)
    demonstrations: int = Field(0, ge=0, le=10_000)
    credentials: tuple[str, ...] = Field((), max_length=20)
    delegators: tuple[Kind, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept: what is asked."""
        return {name: value for name, value in self.model_dump(exclude={"confirmed"}, mode="json").items() if value}


class SignPolicy(Inputs):
    """The practice's policy for one act or several, by somebody who has read what the state's file says in words."""

    acts: tuple[DecidedAct, ...] = Field(min_length=1, max_length=60)
    state: State
    site: UUID | None = None
    hash: str = Field(min_length=64, max_length=64)
    text: str = Field(min_length=3, max_length=20_000)
    read: bool = False
    authority: str = Field("", max_length=500)
    approved_by: UUID | None = None
    review_on: date
    narrows: Narrows = Narrows()
    act: ClassVar[Act] = Act("house.sign_policy")

    @property
    def subject(self) -> str:
        """The office, or the site."""
        return f"site/{self.site}" if self.site else "office"

    @model_validator(mode="after")
    def _read(self) -> Self:
        if not self.read:
            raise ValueError("Read the file's text first, and say so.")
        if len(set(self.acts)) != len(self.acts):
            raise ValueError("An act is named twice.")
        return self


class WithdrawPolicy(Inputs):
    """The policy no longer holds."""

    policy: UUID
    reason: Why
    act: ClassVar[Act] = Act("house.sign_policy")

    @property
    def subject(self) -> str:
        """The policy."""
        return f"policy/{self.policy}"


class GrantActs(Inputs):
    """Acts that an account of software may do: those named, or those of a profile."""

    actor: UUID
    acts: tuple[ActCode, ...] = Field((), max_length=60)
    profile: Literal["", "medical-assistant", "read", "device", "laboratory"] = ""
    as_role: str = ""
    site: UUID | None = None
    until: date | None = None
    act: ClassVar[Act] = Act("house.grant")

    @property
    def subject(self) -> str:
        """The account's identity."""
        return f"actor/{self.actor}"

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if bool(self.acts) == bool(self.profile):
            raise ValueError("Name the acts, or a profile.")
        if self.as_role and self.as_role not in rules.acts().roles:
            raise ValueError(f"{self.as_role} is not a role")
        return self


class WithdrawGrants(Inputs):
    """The account may do these acts no longer; none named: all of them."""

    actor: UUID
    acts: tuple[ActCode, ...] = ()
    reason: Why
    act: ClassVar[Act] = Act("house.grant")

    @property
    def subject(self) -> str:
        """The account's identity."""
        return f"actor/{self.actor}"


class AdoptFile(Inputs):
    """A newer text of a state's file, in force here from a day on; the one before stays in force until then."""

    state: State
    text: Text
    from_on: date
    act: ClassVar[Act] = Act("house.sign_policy")

    @property
    def subject(self) -> str:
        """The state's rules."""
        return f"rules/{self.state}"


class WithdrawFile(Inputs):
    """An adopted text does not count, or no longer."""

    file: UUID
    reason: Why
    act: ClassVar[Act] = Act("house.sign_policy")

    @property
    def subject(self) -> str:
        """The text."""
        return f"state-file/{self.file}"


class KeepFile(Inputs):
    """Keep the package's file of a state, while it is sound, against the day on which it is not."""

    state: State
    act: ClassVar[Act] = Act("house.keep_rules")

    @property
    def subject(self) -> str:
        """The state's rules."""
        return f"rules/{self.state}"


class RecordCheck(Inputs):
    """Who looked at a state's rules for the practice, by which profession, on which day."""

    state: State
    hash: str = Field(min_length=64, max_length=64)
    name: str = Field(min_length=2, max_length=200)
    profession: str = Field(min_length=2, max_length=100)
    checked_on: date
    note: str = Field("", max_length=5_000)
    act: ClassVar[Act] = Act("house.sign_policy")

    @property
    def subject(self) -> str:
        """The state's rules."""
        return f"rules/{self.state}"


class BeReachable(Inputs):
    """I can be reached by phone or video for this site until a time: supervision within reach, never more."""

    site: UUID
    how: Literal["phone", "video"]
    until_at: AwareDatetime
    act: ClassVar[Act] = Act("house.supervise")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"


class EndReach(Inputs):
    """I can no longer be reached for this site."""

    site: UUID
    act: ClassVar[Act] = Act("house.supervise")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"
