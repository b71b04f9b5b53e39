"""What may be asked of what a person holds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from medassist.domain.credentials import rules
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Why = Annotated[str, StringConstraints(min_length=3, max_length=500)]
State = Annotated[str, StringConstraints(pattern=r"^(US-[A-Z]{2})?$")]
Skill = Annotated[str, StringConstraints(pattern=rules.ACT.pattern, max_length=64)]


class RecordCredential(Inputs):
    """Something that a person holds: oneself, unless a person is named. It counts once somebody verified it."""

    staff: UUID | None = None
    kind: Literal["certificate", "registration", "licence", "cpr", "tb", "immunity", "training"]
    name: Name
    counts_as: tuple[Name, ...] = Field((), max_length=20)
    state: State = ""
    issuer: str = Field("", max_length=200)
    number: str = Field("", max_length=80)
    issued_on: date | None = None
    expires_on: date | None = None

    @property
    def act(self) -> Act:
        """One's own is handed in; another person's is kept by who manages credentials."""
        return Act("house.manage_credentials" if self.staff else "house.own")

    @property
    def subject(self) -> str:
        """The person."""
        return f"staff/{self.staff}" if self.staff else "wallet"

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if why := rules.dates_fault(self.issued_on, self.expires_on):
            raise Invalid({"expires_on": [why]})
        if self.kind == "certificate" and (why := rules.code_of(self.name, self.issuer, rules.book())[1]):
            raise Invalid({"issuer": [why]})
        if self.kind == "licence" and self.name not in rules.LICENCES:
            raise ValueError(f"A license is one of {', '.join(rules.LICENCES)}.")
        if self.kind == "licence" and not self.state:
            raise ValueError("A license names the state that gave it.")
        return self


class VerifyCredential(Inputs):
    """The primary source was seen: where."""

    credential: UUID
    source: Why
    act: ClassVar[Act] = Act("house.manage_credentials")

    @property
    def subject(self) -> str:
        """The credential."""
        return f"credential/{self.credential}"


class RevokeCredential(Inputs):
    """The credential no longer counts, from a day on."""

    credential: UUID
    reason: Why
    from_on: date | None = None
    act: ClassVar[Act] = Act("house.manage_credentials")

    @property
    def subject(self) -> str:
        """The credential."""
        return f"credential/{self.credential}"


class SavePlan(Inputs):
    """Keep the ways to certification as they stand today for what was said; nobody else's."""

    state: str = Field("", max_length=40)
    education: str = Field("none", max_length=40)
    graduated: str = Field("", max_length=20)
    finishes: str = Field("", max_length=20)
    accreditor: str = Field("", max_length=200)
    experience_months: str = Field("", max_length=20)
    worked_until: str = Field("", max_length=20)
    failed: str = Field("", max_length=500)
    lapsed: str = Field("", max_length=500)
    hours_week: str = Field("", max_length=20)
    budget: str = Field("", max_length=20)
    program: tuple[Annotated[str, StringConstraints(max_length=1_000)], ...] = Field((), max_length=20)
    starts: str = Field("", max_length=20)
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """One's own plans."""
        return "plans"

    def said(self) -> dict[str, Any]:
        """What was typed, field by field."""
        return self.model_dump(exclude={"confirmed"})


class SignOffSkill(Inputs):
    """This person was trained in this act and seen to do it well."""

    staff: UUID
    skill: Skill
    route: str = Field("", max_length=40, pattern=r"^[a-z]*$")
    hours: int = Field(0, ge=0, le=rules.MOST_HOURS)
    demonstrations: int = Field(0, ge=0, le=rules.MOST_HOURS)
    """How often the signer saw it done well."""
    how: Literal["", "patient", "simulation", "both"] = ""
    signed_on: date | None = None
    expires_on: date | None = None
    note: str = Field("", max_length=500)
    act: ClassVar[Act] = Act("house.sign_off")

    @property
    def subject(self) -> str:
        """The person."""
        return f"staff/{self.staff}"

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if why := rules.dates_fault(self.signed_on, self.expires_on):
            raise ValueError(why)
        return self


class WithdrawSignOff(Inputs):
    """The sign-off no longer counts, from a day on."""

    sign_off: UUID
    reason: Why
    from_on: date | None = None
    act: ClassVar[Act] = Act("house.sign_off")

    @property
    def subject(self) -> str:
        """The sign-off."""
        return f"sign-off/{self.sign_off}"
