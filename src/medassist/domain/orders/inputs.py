"""What may be asked of orders."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

ActCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=64)]
Text = Annotated[str, StringConstraints(min_length=3, max_length=20_000)]
Why = Annotated[str, StringConstraints(min_length=3, max_length=500)]


class SignStandingOrder(Inputs):
    """A text by which an act may be done for every patient whom it fits. `replaces` makes it the next version."""

    ordered: ActCode
    title: str = Field(min_length=1, max_length=200)
    text: Text
    review_on: date
    site: UUID | None = None
    replaces: UUID | None = None
    act: ClassVar[Act] = Act("house.sign_standing_order")

    @property
    def subject(self) -> str:
        """The office, or the order that it replaces."""
        return f"standing-order/{self.replaces}" if self.replaces else "office"


class WithdrawStandingOrder(Inputs):
    """The standing order no longer holds, from today."""

    standing_order: UUID
    reason: Why
    act: ClassVar[Act] = Act("house.sign_standing_order")

    @property
    def subject(self) -> str:
        """The standing order."""
        return f"standing-order/{self.standing_order}"


class SignOrder(Inputs):
    """An act ordered for one patient, in the provider's words."""

    patient: UUID
    ordered: ActCode
    text: Text
    until: AwareDatetime | None = None
    act: ClassVar[Act] = Act("house.sign_order")

    @property
    def subject(self) -> str:
        """The patient."""
        return f"patient/{self.patient}"


class CancelOrder(Inputs):
    """The order is not to be carried out any more."""

    order: UUID
    reason: Why
    act: ClassVar[Act] = Act("house.sign_order")

    @property
    def subject(self) -> str:
        """The order."""
        return f"order/{self.order}"
