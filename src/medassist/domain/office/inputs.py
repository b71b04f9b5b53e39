"""What may be asked of the office."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from medassist.domain.office import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


def _one_of(names: Any, what: str) -> Any:
    def check(value: str) -> str:
        if value not in names:
            raise ValueError(f"{value} is not {what}")
        return value

    return AfterValidator(check)


def _npi(value: str) -> str:
    if value and not rules.is_npi(value):
        raise ValueError("An NPI has ten digits, the last of which checks the others. Look again.")
    return value


def _zone(value: str) -> str:
    if not rules.is_zone(value):
        raise ValueError(f"{value} is not a time zone. Write it like America/Los_Angeles.")
    return value


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Phone = Annotated[str, StringConstraints(max_length=40)]
Role = Annotated[str, _one_of(rules.ROLES, "a role of the office")]
State = Annotated[str, _one_of({f"US-{s}" for s in rules.STATES}, "a state, written like US-CA")]
Profile = Annotated[str, _one_of(rules.profiles(), "a kind of facility known here")]
Zone = Annotated[str, AfterValidator(_zone)]
Npi = Annotated[str, AfterValidator(_npi)]


class Address(BaseModel):
    """A postal address."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    line: str = Field("", max_length=200)
    city: str = Field("", max_length=100)
    state: str = Field("", max_length=20)
    postal_code: str = Field("", max_length=20)

    def plain(self) -> dict[str, str]:
        """As it is kept: what is known."""
        return {name: value for name, value in self.model_dump().items() if value}


class OfSite(Inputs):
    """What is asked of one site."""

    site: UUID
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"


class OfStaff(Inputs):
    """What is asked about one person of the staff."""

    staff: UUID
    act: ClassVar[Act] = Act("house.manage_staff")

    @property
    def subject(self) -> str:
        """The person."""
        return f"staff/{self.staff}"


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


Sender = Annotated[str, _one_of(rules.senders(), "a way of sending known here")]
DeviceKind = Annotated[str, _one_of(rules.DEVICE_KINDS, "a kind of device")]


class AddDevice(OfSite):
    """A device that measures: what it is, by which number it names itself, how it sends, and where it stands."""

    name: Short
    kind: DeviceKind = "monitor"
    identifier: Short
    """EUI-64, serial number, or its maker's own, as its messages carry it."""
    profile: Sender = "pcd-spot"
    maker: str = Field("", max_length=100)
    model: str = Field("", max_length=100)
    serial: str = Field("", max_length=100)
    room: UUID | None = None
    """Without one it is carried about."""


class OfDevice(Inputs):
    """What is asked of one device."""

    device: UUID
    act: ClassVar[Act] = Act("house.manage_office")

    @property
    def subject(self) -> str:
        """The device."""
        return f"device/{self.device}"


class ChangeDevice(OfDevice):
    """What is new about a device."""

    name: Short | None = None
    kind: DeviceKind | None = None
    identifier: Short | None = None
    profile: Sender | None = None
    maker: str | None = Field(None, max_length=100)
    model: str | None = Field(None, max_length=100)
    serial: str | None = Field(None, max_length=100)


class PlaceDevice(OfDevice):
    """Where a device stands from now on; without a room it is carried about."""

    room: UUID | None = None


class RetireDevice(OfDevice):
    """A device that is not used any more; what it still sends is kept and waits for a person."""
