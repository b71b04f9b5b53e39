"""What a device's message tells, and what a person says of what could not be told whose it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from medassist.domain.vitals.inputs.asked import MEASURE, ReceiveVitals
from medassist.domain.vitals.inputs.found import Found
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Text = Annotated[str, Field(max_length=200)]


class Told(BaseModel):
    """One set of signs of a message: measured at one time, of one patient, by one device."""

    model_config = Inputs.model_config

    part: Annotated[int, Field(ge=1, le=30_000)]
    said_at: datetime | None = None
    """By the device's clock; without a zone where the message has none."""
    corrects: bool = False
    found: Annotated[tuple[Found, ...], Field(min_length=1, max_length=200)]


class Group(BaseModel):
    """What one group of a message tells: which device, whose numbers and name, which room, and the signs by time."""

    model_config = Inputs.model_config

    device: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    """How it names the device, the most certain first."""
    device_said: Text = ""
    numbers: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    """The patient's numbers that may be this office's."""
    strange: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    """The patient's numbers of elsewhere."""
    family: Text = ""
    given: Text = ""
    born: date | None = None
    room: Annotated[tuple[Text, ...], Field(max_length=3)] = ()
    """Where it says to be: room, bed, point of care."""
    told: Annotated[tuple[Told, ...], Field(min_length=1, max_length=500)]


class Sent(BaseModel):
    """What one message of a device tells, before anybody knows whose it is."""

    model_config = Inputs.model_config

    received: UUID
    """The message as it is kept."""
    sent_at: datetime | None = None
    """By the sender's clock; without a zone where the message has none."""
    groups: Annotated[tuple[Group, ...], Field(min_length=1, max_length=500)]


class ReportVitals(Inputs):
    """What devices told in messages that came together."""

    act: ClassVar[Act] = Act("vitals.receive")
    messages: Annotated[tuple[Sent, ...], Field(min_length=1)]

    @property
    def subject(self) -> str:
        """The message, or that there are several."""
        return f"received/{self.messages[0].received}" if len(self.messages) == 1 else "received"


class OfReport(Inputs):
    """What is asked of one report of a device; by those who may measure."""

    act: ClassVar[Act] = MEASURE
    report: UUID

    @property
    def subject(self) -> str:
        """The report."""
        return f"report/{self.report}"


class AssignReport(OfReport):
    """Whose the signs are: a visit, as the person who asks has seen."""

    visit: UUID


class DismissReport(OfReport):
    """Signs that are nobody's: a test, a hand on the scale."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class AssignedVitals(ReceiveVitals):
    """Signs that a device sent and of which a person says whose they are: it takes one who may measure."""

    act: ClassVar[Act] = MEASURE
