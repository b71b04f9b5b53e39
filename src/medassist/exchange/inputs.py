"""What may be asked of the exchange."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

LARGEST = 10_000_000  # bytes of one message or request that are kept


class Keep(Inputs):
    """Resources that no domain owns yet, as they came; `ids` are the house's keys for them, in the same order."""

    named: tuple[str, ...]
    """Type/id of each: what the trail says was kept"""
    ids: tuple[UUID, ...]
    resources: Any = Field(exclude=True, repr=False)
    act: ClassVar = Act("records.import")

    @property
    def subject(self) -> str:
        return "office"


class Receive(Inputs):
    """Bytes that another system sent, kept before anything is made of them."""

    via: str = Field(max_length=12)
    control: str = Field(max_length=200)
    """the sender's own name for it"""
    kind: str = Field(default="", max_length=80)
    content: bytes = Field(exclude=True, repr=False, max_length=LARGEST)
    act: ClassVar = Act("house.receive")

    @property
    def subject(self) -> str:
        return "received"


class Conclude(Inputs):
    """What came of something received, and the answer that is given."""

    received: UUID
    outcome: str = Field(pattern="^(accepted|refused|invalid|failed)$")
    why: str = ""
    answer: bytes | None = Field(default=None, exclude=True, repr=False)
    act: ClassVar = Act("house.receive")

    @property
    def subject(self) -> str:
        return f"received/{self.received}"


class ReceiveAll(Inputs):
    """What one system sent at one time, kept before anything is made of it."""

    items: tuple[Receive, ...] = Field(min_length=1)
    act: ClassVar = Act("house.receive")

    @property
    def subject(self) -> str:
        return "received"


class ConcludeAll(Inputs):
    """What came of each of several things received, and the answers that are given."""

    items: tuple[Conclude, ...]
    act: ClassVar = Act("house.receive")

    @property
    def subject(self) -> str:
        return "received"


class ForgetRefused(Inputs):
    """The bytes of refused requests that are older than this moment."""

    before: AwareDatetime
    act: ClassVar = Act("house.settings")


class EnrolClient(Inputs):
    """Another system's account."""

    client: str = Field(min_length=1, max_length=200)
    act: ClassVar = Act("house.manage_accounts")


class IssueToken(Inputs):
    """A bearer token for an enrolled system; `hash` is the SHA-256 of the token, which is never kept."""

    actor: UUID
    client: str = Field(min_length=1, max_length=200)
    hash: bytes = Field(exclude=True, repr=False, min_length=32, max_length=32)
    scopes: tuple[str, ...] = Field(min_length=1)
    site: UUID | None = None
    expires_at: AwareDatetime | None = None
    act: ClassVar = Act("house.manage_accounts")


class RevokeToken(Inputs):
    """A token that is to open nothing any more."""

    token: UUID
    act: ClassVar = Act("house.manage_accounts")


class ShowAgain(Inputs):
    """Some rows of one table, after a key, to be shown as they are now."""

    rows: str
    """the table, as orders.StandingOrder"""
    after: UUID | None = None
    most: int = Field(default=200, ge=1, le=1000)
    act: ClassVar = Act("house.show_again")

    @property
    def subject(self) -> str:
        return "office"
