"""What may be asked of the register of patients."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from medassist.domain.people.rules import ALERT_CODES, demographics, names, photos, us_core
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Element = dict[str, Any]
Text = Annotated[str, Field(max_length=4000)]
Code = Annotated[str, Field(max_length=40)]
MANAGE = Act("records.manage")


class Demographics(Inputs):
    """Who somebody is. Lists hold FHIR elements; None means not said, and empty means that there is none."""

    act: ClassVar[Act] = MANAGE

    names: list[Element] | None = None
    """HumanName: family, given, use, period, prefix, suffix."""
    preferred: Text | None = None
    """The name by which the patient wants to be called."""
    birth_date: Annotated[str, Field(max_length=40)] | None = None
    """YYYY-MM-DD, or as far as it is known."""
    gender: Code | None = None
    birth_sex: Code | None = None
    gender_identity: Text | None = None
    pronouns: Text | None = None
    race: list[Code] | None = None
    ethnicity: list[Code] | None = None
    languages: list[Code] | None = None
    """Tags of BCP 47, the preferred one first."""
    communication: list[Element] | None = None
    interpreter: bool | None = None
    telecoms: list[Element] | None = None
    """ContactPoint: system, value, use."""
    addresses: list[Element] | None = None
    contacts: list[Element] | None = None
    """Patient.contact: relationship, name, telecom."""
    marital_status: Code | Element | None = None
    deceased: bool | str | None = None
    multiple_birth: bool | int | None = None
    active: bool | None = None
    identifiers: list[Element] | None = None
    """Numbers that others gave; this office's own number comes by itself."""
    extensions: list[Element] | None = None
    other: Element | None = None
    """Elements of a Patient that have no field here; kept and shown again."""

    @cached_property
    def told(self) -> dict[str, Any]:
        """What was said, by field."""
        return {name: getattr(self, name) for name in Demographics.model_fields if name != "confirmed"}

    @cached_property
    def record(self) -> Element:
        """What was said, as FHIR elements."""
        return demographics.changed({}, self.told, self.other)

    def _code_faults(self) -> dict[str, list[str]]:
        faults = {}
        for field in ("race", "ethnicity"):
            if why := us_core.known_codes(field, getattr(self, field) or []):
                faults[field] = why
        for field in ("birth_sex", "marital_status"):
            code = getattr(self, field)
            if code and isinstance(code, str) and code not in us_core.answers(field)["codes"]:
                faults[field] = [f"“{code}” is no answer to this."]
        return faults

    @model_validator(mode="after")
    def _possible(self) -> Demographics:
        if faults := self._code_faults():
            raise Invalid(faults)
        faults = demographics.faults(self.record)
        if isinstance(self.deceased, str) and (why := demographics.moment_faults(self.deceased)):
            faults["deceased"] = why
        if why := _identifier_faults(self.identifiers or []):
            faults["identifiers"] = why
        if why := demographics.texts_faults([self.record, self.identifiers, self.preferred]):
            faults[""] = why
        if faults:
            raise Invalid(faults)
        return self


def _adopted_faults(one: Element) -> dict[str, list[str]]:
    if one.get("resourceType") != "Patient" or not one.get("id"):
        return {"resourceType": ["A Patient with an id is expected."]}
    told = one.get("identifier") or []
    if not isinstance(told, list) or any(not isinstance(number, dict) for number in told):
        return {"identifiers": ["identifier is a list of objects."]}
    faults = demographics.faults(one)
    if why := _identifier_faults(told):
        faults["identifiers"] = why
    if why := demographics.texts_faults(one):
        faults[""] = why
    return faults


def _identifier_faults(told: Iterable[Element]) -> list[str]:
    why = []
    for one in told:
        for part in ("system", "value"):
            if one.get(part) is not None and not isinstance(one[part], str):
                why.append(f"An identifier's {part} is a text.")
            elif len(one.get(part) or "") > 2000:
                why.append(f"An identifier's {part} is longer than 2,000 letters.")
    return why


class RegisterPatient(Demographics):
    """A new patient. The number of this office is given by the house."""

    consent_to_text: bool | None = None
    as_id: UUID | None = None
    """The identity to take, where the sender names one that is free."""

    @property
    def subject(self) -> str:
        """A new patient has none yet."""
        return "office"

    @model_validator(mode="after")
    def _somebody(self) -> RegisterPatient:
        # another system may know somebody by a number alone; people are asked for a name
        if not any(names.full(name) for name in self.names or []) and not self.identifiers:
            raise Invalid({"names": ["Enter a name. Where none is known, enter Unknown as the family name."]})
        return self


class ChangeDemographics(Demographics):
    """What changes about a patient; what is not said stays, unless `whole` says that this is all there is."""

    patient: UUID
    version: int | None = None
    """The version that the changer saw; a newer one is a conflict."""
    whole: bool = False

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class AddAlert(Inputs):
    """Something to know before the patient is met."""

    act: ClassVar[Act] = MANAGE
    patient: UUID
    kind: Literal["clinical", "safety", "access", "communication", "administrative"] = "clinical"
    code: Literal["", *ALERT_CODES] = ""  # type: ignore[valid-type]
    """What the house itself acts upon; empty where the alert is for people alone."""
    text: Annotated[str, Field(min_length=1, max_length=500)]
    begins_on: date | None = None
    ends_on: date | None = None

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"

    @model_validator(mode="after")
    def _in_order(self) -> AddAlert:
        if self.begins_on and self.ends_on and self.ends_on < self.begins_on:
            raise Invalid({"ends_on": ["The alert would end before it begins."]})
        return self


class EndAlert(Inputs):
    """An alert that no longer holds, and why."""

    act: ClassVar[Act] = MANAGE
    patient: UUID
    alert: UUID
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


def _bytes(told: Any) -> Any:
    if isinstance(told, str):
        try:
            return base64.b64decode(told, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("The picture is no base64.") from None
    return told


class SetPhoto(Inputs):
    """A picture of the patient's face."""

    model_config = ConfigDict(ser_json_bytes="base64")
    act: ClassVar[Act] = MANAGE
    patient: UUID
    content: Annotated[bytes, BeforeValidator(_bytes)]

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"

    @model_validator(mode="after")
    def _a_picture(self) -> SetPhoto:
        if why := photos.faults(self.content):
            raise Invalid({"content": why})
        return self


class SetConsentToText(Inputs):
    """Whether the patient agrees to text messages."""

    act: ClassVar[Act] = MANAGE
    patient: UUID
    consent: bool

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class AdoptPatients(Inputs):
    """Patients as another system keeps them (FHIR Patient), taken over as they are."""

    act: ClassVar[Act] = Act("records.import")
    resources: Annotated[list[Element], Field(min_length=1, max_length=1000)]

    @property
    def subject(self) -> str:
        """One patient where it is one, else the office."""
        return f"patient/{demographics.identity(self.resources[0])}" if len(self.resources) == 1 else "office"

    @model_validator(mode="after")
    def _possible(self) -> AdoptPatients:
        faults: dict[str, list[str]] = {}
        for at, one in enumerate(self.resources):
            for field, why in _adopted_faults(one).items():
                faults[f"resources.{at}.{field}"] = why
        if faults:
            raise Invalid(faults)
        return self


GLASS_REASONS = {
    "treatment": "I treat or room this patient now",
    "emergency": "Emergency",
    "asked": "The patient asks me to",
    "duty": "Billing, records or quality work that I was given",
    "other": "Something else",
}
"""Why a restricted chart may be opened all the same, in the words that people choose from."""
Why = Annotated[str, Field(min_length=10, max_length=500)]


class OfChart(Inputs):
    """What is asked of one chart."""

    patient: UUID

    @property
    def subject(self) -> str:
        """The chart."""
        return f"patient/{self.patient}"


class RestrictChart(OfChart):
    """Close a chart to all but those named, unless they say why."""

    reason: Why
    open_to: frozenset[UUID] = frozenset()
    act: ClassVar[Act] = Act("house.restrict_chart")


class LiftRestriction(OfChart):
    """Open a restricted chart again to everybody who may open charts."""

    reason: Why
    act: ClassVar[Act] = Act("house.restrict_chart")


class BreakGlass(OfChart):
    """Why a restricted chart is opened all the same."""

    kind: Literal["treatment", "emergency", "asked", "duty", "other"]
    reason: Why
    act: ClassVar[Act] = Act("house.break_glass")
