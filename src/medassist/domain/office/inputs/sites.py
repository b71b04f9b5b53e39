"""What may be asked of the practice and its sites: rooms, hours, closures, settings."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator

from medassist.domain.office import rules
from medassist.domain.office.inputs.fields import Address, Name, Npi, OfSite, Phone, Profile, Short, State, Zone
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


class SetUp(Inputs):
    """The practice, its first site and its first manager; only while there is no staff."""

    organization: Name
    site: Name
    timezone: Zone
    state: State
    profile: Profile = "family-medicine"
    phone: Phone = ""
    address: Address = Address()
    given: Short
    family: Short
    credentials_text: str = Field("", max_length=100)
    act: ClassVar[Act] = Act("house.set_up")


class OpenOrganization(Inputs):
    """The practice itself."""

    name: Name
    npi: Npi = ""
    phone: Phone = ""
    address: Address = Address()
    act: ClassVar[Act] = Act("house.manage_office")


class ChangeOrganization(Inputs):
    """What is new about the practice."""

    name: Name | None = None
    npi: Npi | None = None
    phone: Phone | None = None
    address: Address | None = None
    act: ClassVar[Act] = Act("house.manage_office")


class AddSite(Inputs):
    """One more place where patients are seen; its weekly hours begin as its profile's."""

    name: Name
    timezone: Zone
    state: State
    profile: Profile = "family-medicine"
    phone: Phone = ""
    address: Address = Address()
    act: ClassVar[Act] = Act("house.manage_office")


class ChangeSite(OfSite):
    """What is new about a site. Its state and zone stay: a move to another state is another site."""

    name: Name | None = None
    profile: Profile | None = None
    phone: Phone | None = None
    address: Address | None = None
    active: bool | None = None


class AddRoom(OfSite):
    """One more room."""

    name: str = Field(min_length=1, max_length=40)
    kind: Literal["exam", "procedure", "lab", "shots", "other"] = "exam"
    place: int = Field(0, ge=0, le=10_000)


class ChangeRoom(Inputs):
    """What is new about a room; `active` false takes it out of use."""

    room: UUID
    name: str | None = Field(None, min_length=1, max_length=40)
    kind: Literal["exam", "procedure", "lab", "shots", "other"] | None = None
    place: int | None = Field(None, ge=0, le=10_000)
    active: bool | None = None
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The room."""
        return f"room/{self.room}"


class SetHours(OfSite):
    """When the site is open on one weekday (0 is Monday), from a date on; both times empty: closed."""

    weekday: int = Field(ge=0, le=6)
    opens: time | None = None
    closes: time | None = None
    from_on: date

    @model_validator(mode="after")
    def _in_order(self) -> SetHours:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("Give both times, or none for a closed day.")
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValueError("The site opens before it closes.")
        return self


class CloseDays(OfSite):
    """Days on which the site is closed; `open` true: open although a holiday closes it."""

    from_on: date
    to_on: date
    reason: Name
    open: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> CloseDays:
        if self.to_on < self.from_on:
            raise ValueError("The last day is on or after the first.")
        if (self.to_on - self.from_on).days > 366:
            raise ValueError("More than a year at once: end the site instead.")
        return self


class WithdrawClosure(Inputs):
    """A closure that will not be."""

    closure: UUID
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The closure."""
        return f"closure/{self.closure}"


class ChangeSettings(OfSite):
    """What this site sets for itself: waiting in minutes, screens, holidays, the clock, a rest in seconds."""

    waiting: dict[str, dict[str, int]] | None = None
    screens: dict[str, bool] | None = None
    holidays: Literal["state", "federal", "none"] | None = None
    clock: Literal["12", "24"] | None = None
    pressure_rest: Annotated[int, Field(ge=5, le=3600)] | None = None
    """Seconds of rest before a raised pressure is measured again."""
    act: ClassVar[Act] = Act("house.settings")

    @model_validator(mode="after")
    def _possible(self) -> ChangeSettings:
        if why := rules.waiting_faults(self.waiting or {}):
            raise ValueError("; ".join(why))
        if unknown := set(self.screens or {}) - set(rules.data("profiles")["screens"]):
            raise ValueError(f"There is no screen called {', '.join(sorted(unknown))}")
        return self
