"""An office under the real authority, made by its own actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from medassist.domain.credentials import actions as credentials
from medassist.domain.credentials.inputs import RecordCredential, SignOffSkill, VerifyCredential
from medassist.domain.credentials.queries import office_day
from medassist.domain.delegation import actions, rules
from medassist.domain.delegation.inputs import GrantActs, SignPolicy
from medassist.domain.office import actions as office
from medassist.domain.office.inputs import AddStaff, CheckIn, CheckOut, GivePosition, SetUp
from medassist.domain.office.models import Site, Staff
from medassist.domain.office.queries import sites
from medassist.kernel import clock
from medassist.kernel.context import Actor, Context
from medassist.kernel.testing import context

IN_A_YEAR = timedelta(days=365)


class Office:
    """One site with a manager; people are added by role."""

    def __init__(self, state: str = "US-CA", zone: str = "America/Los_Angeles") -> None:
        self.manager: Staff = office.set_up(
            context(),
            SetUp.of(
                organization="Alder Street",
                site="Alder Street",
                timezone=zone,
                state=state,
                given="Maya",
                family="Lund",
            ),
        )
        self.site: Site = sites()[0]
        self.state = state

    @property
    def ctx(self) -> Context:
        """The manager's context."""
        return self.as_(self.manager)

    def as_(self, person: Staff, **parts: Any) -> Context:
        """The context in which this person acts here, now."""
        parts = {"site": self.site.pk, "at": clock.now(), **parts}
        return context(actor=Actor(person.actor_id, "person", person.name), **parts)

    def person(self, role: str, family: str = "Reyes", **parts: Any) -> Staff:
        """One more person."""
        parts = {"given": "Ana", "sites": [self.site.pk], **parts}
        return office.add_staff(self.ctx, AddStaff.of(family=family, roles=[role], **parts))

    def assistant(self) -> Staff:
        """A medical assistant."""
        return self.person("medical-assistant")

    def provider(self, kind: str = "MD", here: bool = True) -> Staff:
        """A provider with a licence, in the building unless said otherwise."""
        role = {"MD": "physician", "DO": "physician", "NP": "nurse-practitioner", "PA": "physician-assistant"}[kind]
        found = self.person(role, "Hale", given="Nora", credentials_text=kind)
        self.holds(found, kind, kind="licence", state=self.state)
        if here:
            self.arrive(found)
        return found

    def arrive(self, person: Staff) -> None:
        """The person checks in."""
        office.check_in(self.as_(person), CheckIn.of(staff=person.pk, site=self.site.pk))

    def leave(self, person: Staff) -> None:
        """The person checks out."""
        office.check_out(self.as_(person), CheckOut.of(staff=person.pk))

    def give(self, person: Staff, role: str) -> None:
        """One more role."""
        office.give_position(self.ctx, GivePosition.of(staff=person.pk, site=self.site.pk, role=role))

    def holds(self, person: Staff, name: str, verified: bool = True, kind: str = "certificate", **parts: Any) -> Any:
        """A credential on record, verified unless said otherwise."""
        kept = credentials.record(self.ctx, RecordCredential.of(staff=person.pk, kind=kind, name=name, **parts))
        if verified:
            credentials.verify(self.ctx, VerifyCredential.of(credential=kept.pk, source="the issuer's register"))
        return kept

    def signs_off(self, signer: Staff, person: Staff, act: str, hours: int = 10, shown: int = 10, **parts: Any) -> Any:
        """A skill, signed off."""
        parts = {"how": "patient" if shown else "", **parts}
        given = SignOffSkill.of(staff=person.pk, skill=act, hours=hours, demonstrations=shown, **parts)
        return credentials.sign_off(self.as_(signer), given)

    def policy(self, *acts: str, by: Staff | None = None, **parts: Any) -> Any:
        """A policy signed by the manager and approved by a provider."""
        today: date = office_day()
        start = {
            "acts": acts, "state": self.state, "hash": rules.state(self.state).hash, "text": "Done as the file says.",
            "read": True, "approved_by": by.pk if by else None, "review_on": today + IN_A_YEAR,
        }  # fmt: skip
        return actions.sign_policy(self.ctx, SignPolicy.of(**{**start, **parts}))

    def grant(self, actor: Any, **parts: Any) -> Any:
        """Acts granted to an account of software."""
        return actions.grant(self.ctx, GrantActs.of(actor=actor, **parts))
