"""What may be asked of classes."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import StringConstraints

from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


class OpenClass(Inputs):
    """Open a class that people may join."""

    name: Annotated[str, StringConstraints(min_length=2, max_length=80)]
    act: ClassVar[Act] = Act("house.teach")

    @property
    def subject(self) -> str:
        """The classes of the office."""
        return "classes"


class JoinClass(Inputs):
    """Join a class by its code: from then on its teacher sees what one practiced and how ready one is."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{8}$", to_upper=True)]
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """The classes of the office."""
        return "classes"


class LeaveClass(Inputs):
    """Leave a class: from then on its teacher sees nothing of one."""

    group: UUID
    act: ClassVar[Act] = Act("house.own")

    @property
    def subject(self) -> str:
        """The class."""
        return f"class/{self.group}"
