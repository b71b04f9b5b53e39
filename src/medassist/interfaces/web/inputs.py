"""What may be asked about accounts. Nothing secret is among it: passwords, PINs and links never reach the trail."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


def _sign_in_name(value: str) -> str:
    if any(c.isspace() for c in value) or not value.isprintable():
        raise ValueError("A sign-in name has no spaces. An e-mail address is best.")
    return value.lower()


SignInName = Annotated[str, StringConstraints(min_length=3, max_length=150), AfterValidator(_sign_in_name)]


class OpenAccount(Inputs):
    """An account for a person of the staff."""

    staff: UUID
    username: SignInName
    act: ClassVar[Act] = Act("house.manage_accounts")

    @property
    def subject(self) -> str:
        """The person."""
        return f"staff/{self.staff}"


class OfAccount(Inputs):
    """What is asked of one account."""

    account: UUID
    act: ClassVar[Act] = Act("house.manage_accounts")

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account}"


class CloseAccount(OfAccount):
    """Nobody signs in to it any more."""

    reason: str = Field("", max_length=300)


class ReopenAccount(OfAccount):
    """It may be used again, by a new link."""


class RenewLink(OfAccount):
    """A new link, for a person who can't sign in."""


class ResetSecond(OfAccount):
    """Take a person's second factors and PIN away."""


class SetRules(Inputs):
    """How signing in goes for everyone."""

    lock_minutes: int = Field(ge=1, le=60)
    sign_in_hours: int = Field(ge=1, le=24)
    factor_required: bool = False
    act: ClassVar[Act] = Act("house.manage_accounts")


class Tidy(Inputs):
    """Sessions, links and counts that are over."""

    act: ClassVar[Act] = Act("house.manage_accounts")


class EnrolWorkstation(Inputs):
    """A shared computer of a site, known by the digest of its cookie."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    site: UUID
    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    act: ClassVar[Act] = Act("house.manage_accounts")

    @property
    def subject(self) -> str:
        """The site."""
        return f"site/{self.site}"


class EndWorkstation(Inputs):
    """A shared computer that is none any more."""

    workstation: UUID
    act: ClassVar[Act] = Act("house.manage_accounts")

    @property
    def subject(self) -> str:
        """The computer."""
        return f"workstation/{self.workstation}"
