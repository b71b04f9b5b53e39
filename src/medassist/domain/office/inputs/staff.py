"""What may be asked about who works here: people, positions, being in the building."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from medassist.domain.office.inputs.fields import Npi, OfStaff, Role, Short
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


class AddStaff(Inputs):
    """One more person, with the roles and sites of the first positions."""

    given: Short
    family: Short
    roles: tuple[Role, ...] = Field(min_length=1)
    sites: tuple[UUID, ...] = Field(min_length=1)
    credentials_text: str = Field("", max_length=100)
    npi: Npi = ""
    from_on: date | None = None
    act: ClassVar[Act] = Act("house.manage_staff")


class ChangeStaff(OfStaff):
    """What is new about a person."""

    given: Short | None = None
    family: Short | None = None
    credentials_text: str | None = Field(None, max_length=100)
    npi: Npi | None = None


class GivePosition(OfStaff):
    """One more role at one site, from a date on."""

    site: UUID
    role: Role
    from_on: date | None = None


class ChangePosition(Inputs):
    """Another role in place of one, from a date on: the earlier position ends the day before."""

    position: UUID
    role: Role
    from_on: date
    act: ClassVar[Act] = Act("house.manage_staff")

    @property
    def subject(self) -> str:
        """The position."""
        return f"position/{self.position}"


class EndPosition(Inputs):
    """The last day of a position."""

    position: UUID
    to_on: date
    act: ClassVar[Act] = Act("house.manage_staff")

    @property
    def subject(self) -> str:
        """The position."""
        return f"position/{self.position}"


class LeaveOffice(OfStaff):
    """Somebody's last day: all positions end, and the person can no longer act."""

    to_on: date


class CheckIn(OfStaff):
    """Somebody is in the building of a site now."""

    site: UUID
    act: ClassVar[Act] = Act("house.check_in")


class CheckOut(OfStaff):
    """Somebody leaves the building."""

    act: ClassVar[Act] = Act("house.check_in")
