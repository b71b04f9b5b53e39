"""What may be asked of the lists."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator

from medassist.domain.records import rules
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Element = dict[str, Any]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Words = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(max_length=200)]
Kind = Literal["allergy", "problem", "medication"]
Outcome = Literal["unchanged", "changed"]
MANAGE = Act("records.manage")


class OfPatient(Inputs):
    """Something about one patient's lists."""

    act: ClassVar[Act] = MANAGE
    patient: UUID

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class AddEntry(OfPatient):
    """One thing for a list: what it is in words, with its code where one is known."""

    display: Name
    system: Code = ""
    code: Code = ""
    onset: Words = ""
    """A date, a year, or words."""
    note: Words = ""
    replaces: UUID | None = None
    """The entry that this one puts right."""

    @property
    def told(self) -> Element:
        """The answers by name."""
        return self.model_dump(exclude={"confirmed", "replaces"})

    @model_validator(mode="after")
    def _dated(self) -> AddEntry:
        if why := rules.onset_faults(self.onset):
            raise Invalid({"onset": why})
        if self.code and not self.system:
            raise Invalid({"system": ["A code needs the system it is of."]})
        return self


class AddAllergy(AddEntry):
    """An allergy or intolerance; or, with `none_known`, that the patient was asked and knows of none."""

    display: Words = ""  # type: ignore[assignment]
    category: Literal["", "food", "medication", "environment", "biologic"] = ""
    kind: Literal["", "allergy", "intolerance"] = ""
    criticality: Literal["", "low", "high", "unable-to-assess"] = ""
    reaction: Words = ""
    severity: Literal["", "mild", "moderate", "severe"] = ""
    verification: Literal["", "unconfirmed", "confirmed"] = ""
    none_known: bool = False

    @model_validator(mode="after")
    def _something(self) -> AddAllergy:
        if not self.display and not self.none_known:
            raise Invalid({"display": ["Enter what the patient is allergic to, or that no allergy is known."]})
        if self.display and self.none_known:
            raise Invalid({"none_known": ["Either an allergy or none known, not both."]})
        return self


class AddProblem(AddEntry):
    """A problem or diagnosis."""

    verification: Literal["", "unconfirmed", "provisional", "confirmed"] = ""


class AddMedication(AddEntry):
    """A medication that the patient takes."""

    dosage: Words = ""


class EndEntry(OfPatient):
    """An entry that no longer holds, and why."""

    entry: UUID
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    on: Annotated[str, Field(max_length=10)] = ""
    """When it ended, as far as it is known; empty means today."""

    @model_validator(mode="after")
    def _dated(self) -> EndEntry:
        if why := rules.onset_faults(self.on):
            raise Invalid({"on": why})
        return self


class Refute(OfPatient):
    """An entry that was wrong: it never held."""

    list: Kind
    entry: UUID
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class ReviewLists(OfPatient):
    """That lists were gone through with the patient, and whether something changed."""

    visit: UUID | None = None
    allergies: Outcome | None = None
    medications: Outcome | None = None
    problems: Outcome | None = None

    @property
    def reviewed(self) -> dict[str, str]:
        """The lists that were gone through, with the outcome."""
        told = {"allergies": self.allergies, "medications": self.medications, "problems": self.problems}
        return {name: outcome for name, outcome in told.items() if outcome}

    @model_validator(mode="after")
    def _something(self) -> ReviewLists:
        if not self.reviewed:
            raise Invalid({"": ["Say which list was gone through."]})
        return self


class AdoptRecords(Inputs):
    """List entries as another system keeps them: AllergyIntolerance, Condition, MedicationRequest, -Statement."""

    act: ClassVar[Act] = Act("records.import")
    resources: Annotated[list[Element], Field(min_length=1, max_length=5000)]

    @property
    def subject(self) -> str:
        """The import as a whole."""
        return "office"
