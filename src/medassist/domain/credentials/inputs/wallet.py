"""What may be asked of a wallet: documents, courses, reminders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from medassist.domain.credentials import rules
from medassist.domain.credentials.inputs.held import Name, Why
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

OWN, MANAGE = Act("house.own"), Act("house.manage_credentials")
Points = Annotated[Decimal, Field(gt=0, le=500, max_digits=6, decimal_places=2)]


class KeepDocument(Inputs):
    """The file of one credential or course of one's own, or of a person who is named."""

    model_config = ConfigDict(ser_json_bytes="base64")
    staff: UUID | None = None
    credential: UUID | None = None
    course: UUID | None = None
    content: bytes

    @property
    def act(self) -> Act:
        """One's own is handed in; another person's is kept by who manages credentials."""
        return MANAGE if self.staff else OWN

    @property
    def subject(self) -> str:
        """What it proves."""
        return f"credential/{self.credential}" if self.credential else f"course/{self.course}"

    @model_validator(mode="after")
    def _a_file(self) -> Self:
        if (self.credential is None) == (self.course is None):
            raise Invalid({"": ["A document proves one credential or one course."]})
        if why := rules.file_faults(self.content):
            raise Invalid({"content": why})
        return self


class Counts(BaseModel):
    """What a course counts for one credential."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    credential: UUID
    points: Points
    category: str = Field("", max_length=40)
    from_issuer: bool = False


class RecordCourse(Inputs):
    """A course that one finished, and what it counts for each of one's own credentials; a correction says why."""

    title: Name
    provider: str = Field(min_length=1, max_length=200)
    on: date
    counts: tuple[Counts, ...] = Field((), max_length=20, validate_default=True)
    replaces: UUID | None = None
    why: str = Field("", max_length=500)
    act: ClassVar[Act] = OWN

    @property
    def subject(self) -> str:
        """One's own courses."""
        return "courses"

    @field_validator("counts", mode="before")
    @classmethod
    def _ticked(cls, told: Any) -> Any:
        """Lines of a form that were not ticked name no credential; they count for nothing."""
        ticked = [one for one in told if not isinstance(one, Mapping) or one.get("credential")]
        if not ticked:
            raise ValueError("Tick at least one certificate for which it counts.")
        if any(isinstance(one, Mapping) and not one.get("points") for one in ticked):
            raise ValueError("Say how many points or hours it counts for each one that is ticked.")
        return ticked

    @model_validator(mode="after")
    def _possible(self) -> Self:
        named = [one.credential for one in self.counts]
        if len(set(named)) < len(named):
            raise Invalid({"counts": ["A course counts once for a credential."]})
        if self.replaces and not self.why:
            raise Invalid({"why": ["Say what was wrong before."]})
        return self


class TakeBackCourse(Inputs):
    """There was no such course, or it was not one's own."""

    course: UUID
    why: Why
    act: ClassVar[Act] = OWN

    @property
    def subject(self) -> str:
        """The course."""
        return f"course/{self.course}"


class Remind(Inputs):
    """One reminder of one credential or sign-off."""

    credential: UUID | None = None
    sign_off: UUID | None = None
    step: int
    site: UUID
    act: ClassVar[Act] = Act("house.remind_credentials")

    @property
    def subject(self) -> str:
        """What ends."""
        return f"credential/{self.credential}" if self.credential else f"sign-off/{self.sign_off}"

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.credential is None) == (self.sign_off is None):
            raise Invalid({"": ["A reminder is of one credential or one sign-off."]})
        return self


class RemindAll(Inputs):
    """Everybody whose credentials end soon, at every site."""

    act: ClassVar[Act] = Act("house.remind_credentials")
