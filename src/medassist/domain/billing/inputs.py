"""What may be asked of billing."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator

from medassist.domain.billing import rules
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Element = dict[str, Any]
Words = Annotated[str, Field(max_length=300)]


class RecordCoverage(Inputs):
    """One coverage of a patient, as it stands on the card."""

    act: ClassVar[Act] = Act("billing.manage")
    patient: UUID
    payer: Annotated[str, Field(min_length=1, max_length=300)]
    plan: Words = ""
    member_id: Words = ""
    group: Words = ""
    subscriber: Words = ""
    """Whose insurance it is, where it is not the patient's own."""
    relationship: Literal["", "self", "spouse", "child", "parent", "common", "other", "injured"] = "self"
    rank: Annotated[int, Field(ge=1, le=9)] = 1
    begins_on: Words = ""
    ends_on: Words = ""
    replaces: UUID | None = None
    """The coverage that this one puts right."""
    reason: Words = ""

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"

    @model_validator(mode="after")
    def _possible(self) -> RecordCoverage:
        faults = {name: why for name in ("begins_on", "ends_on") if (why := rules.date_faults(getattr(self, name)))}
        if not faults and self.begins_on and self.ends_on and self.ends_on < self.begins_on:
            faults["ends_on"] = ["The coverage would end before it begins."]
        if self.relationship not in ("", "self") and not self.subscriber:
            faults["subscriber"] = ["Enter whose insurance it is."]
        if faults:
            raise Invalid(faults)
        return self


class EndCoverage(Inputs):
    """A coverage that no longer holds, and why."""

    act: ClassVar[Act] = Act("billing.manage")
    patient: UUID
    coverage: UUID
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    on: Words = ""

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"

    @model_validator(mode="after")
    def _dated(self) -> EndCoverage:
        if why := rules.date_faults(self.on):
            raise Invalid({"on": why})
        return self


class AdoptCoverages(Inputs):
    """Coverages as another system keeps them (FHIR Coverage)."""

    act: ClassVar[Act] = Act("records.import")
    resources: Annotated[list[Element], Field(min_length=1, max_length=5000)]

    @property
    def subject(self) -> str:
        """The import as a whole."""
        return "office"
