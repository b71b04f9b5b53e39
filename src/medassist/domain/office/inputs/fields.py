"""What inputs of the office are made of: names, numbers, places, and of whom or where something is asked."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from medassist.domain.office import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


def one_of(names: Any, what: str) -> Any:
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
Role = Annotated[str, one_of(rules.ROLES, "a role of the office")]
State = Annotated[str, one_of({f"US-{s}" for s in rules.STATES}, "a state, written like US-CA")]
Profile = Annotated[str, one_of(rules.profiles(), "a kind of facility known here")]
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
