"""One class for each thing that may be asked of vital signs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from medassist.domain.vitals import rules
from medassist.domain.vitals.inputs.found import Found, Number, Word, faults
from medassist.domain.vitals.rules import protocols
from medassist.kernel import clock
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs, invalid
from medassist.kernel.ruling import Act

Note = Annotated[str, Field(max_length=2000)]
MEASURE = Act("vitals.measure")


class Signs(Inputs):
    """One set of signs of one patient, taken together, each in its own UCUM unit."""

    patient: UUID
    visit: UUID | None = None
    taken_at: AwareDatetime
    found: Annotated[tuple[Found, ...], Field(min_length=1, max_length=200)]
    position: Word = ""
    note: Note = ""
    series: UUID | None = None
    """The series of which this set is a step, where it is one that a person began."""
    step: Annotated[int, Field(ge=0)] | None = None
    """Which of its steps whoever measured had in mind; when somebody was faster it is refused."""

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"

    @model_validator(mode="after")
    def _possible(self) -> Self:
        now = clock.now()
        told = faults(self.found, now.date())
        if why := rules.time_fault(self.taken_at, now):
            told["taken_at"] = [why]
        if told:
            raise Invalid(told)
        return self

    @classmethod
    def of(cls, **given: Any) -> Self:
        """Build the inputs, or raise Invalid with the faults beside each sign."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise _by_sign(invalid(error), given.get("found")) from None


def _by_sign(error: Invalid, found: Any) -> Invalid:
    """Faults told of "found.0.value" become faults of the sign that stands there."""
    told: dict[str, list[str]] = {}
    for name, why in error.faults.items():
        parts = name.split(".")
        if parts[0] == "found" and len(parts) > 1 and parts[1].isdigit() and isinstance(found, list | tuple):
            one = found[int(parts[1])]
            name = str(one.get("sign", name) if isinstance(one, dict) else getattr(one, "sign", name))[:40]
        told.setdefault(name, []).extend(why)
    if len(told) > 1 and "found" in told:
        del told["found"]  # it is empty only because what stood in it has faults of its own
    return Invalid(told)


class TakeVitals(Signs):
    """Signs that the person who asks has measured."""

    act: ClassVar[Act] = MEASURE
    device: Word = ""


class ReceiveVitals(Signs):
    """Signs that a device or another system reports; preliminary until a person confirms them."""

    act: ClassVar[Act] = Act("vitals.receive")
    device: Annotated[str, Field(min_length=1, max_length=200)]
    """What measured them, or which system says so."""
    instrument: UUID | None = None
    """The office's own device that measured."""


class ConfirmVitals(Inputs):
    """A preliminary set that the person who asks has looked at."""

    act: ClassVar[Act] = MEASURE
    set: UUID

    @property
    def subject(self) -> str:
        """The set."""
        return f"vitals/{self.set}"


class CorrectReading(Inputs):
    """A reading entered in error, and what is right instead; without value or day it is taken back."""

    act: ClassVar[Act] = MEASURE
    reading: UUID
    reason: Annotated[str, Field(min_length=3, max_length=500)]
    value: Number = None
    unit: Annotated[str, Field(max_length=100)] = ""
    on: date | None = None
    body_site: Word | None = None
    method: Word | None = None
    position: Word | None = None
    qualifiers: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200)]] | None = None
    """Each of these stays as it was where nothing is given."""

    @property
    def subject(self) -> str:
        """The reading."""
        return f"reading/{self.reading}"

    @property
    def takes_back(self) -> bool:
        """Whether nothing stands in its place."""
        return self.value is None and self.on is None


class AmendObservation(Inputs):
    """What an Observation that the asking system reported should say, and why; without any sign it is taken back."""

    act: ClassVar[Act] = Act("vitals.receive")
    observation: UUID
    reason: Annotated[str, Field(min_length=3, max_length=500)]
    found: Annotated[tuple[Found, ...], Field(max_length=20)] = ()

    @property
    def subject(self) -> str:
        """The Observation."""
        return f"observation/{self.observation}"


class PlaceAgain(Inputs):
    """A child whose birth date, sex or weeks at birth are known otherwise now."""

    act: ClassVar[Act] = Act("vitals.compute")
    patient: UUID

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class BeginSeries(Inputs):
    """A series of readings that a person begins for a patient who is here."""

    act: ClassVar[Act] = MEASURE
    patient: UUID
    visit: UUID
    protocol: Literal[tuple(one.key for one in protocols.chosen())]  # type: ignore[valid-type]

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class StopSeries(Inputs):
    """A series that is not carried to its end, and why."""

    act: ClassVar[Act] = MEASURE
    series: UUID
    reason: Annotated[str, Field(min_length=3, max_length=500)]

    @property
    def subject(self) -> str:
        """The series."""
        return f"series/{self.series}"


class CloseSeries(Inputs):
    """A visit that is over: what was still to be measured is no longer waited for."""

    act: ClassVar[Act] = Act("vitals.close_series")
    visit: UUID

    @property
    def subject(self) -> str:
        """The visit."""
        return f"visit/{self.visit}"


class AdoptVitals(Inputs):
    """FHIR Observations as another system keeps them, with our keys as ids and in references."""

    act: ClassVar[Act] = Act("records.import")
    resources: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=20_000)]
    kind: Literal["Observation"] = "Observation"

    @property
    def subject(self) -> str:
        """Many patients, or one: the office's import."""
        return "office"
