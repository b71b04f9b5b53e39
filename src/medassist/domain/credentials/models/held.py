"""Tables of what a person holds, keeps and was seen to do. Nothing is edited: proof and end are rows of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from medassist.domain.credentials import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class Credential(Row):
    """A certificate, registration, licence, card or proof of one person. It counts once it is verified."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=12, choices=list(rules.KINDS.items()))
    name = models.CharField(max_length=300)
    """As the state's file writes it: CMA (AAMA), MA-Certified (WA); of a licence its letters: MD, RN."""
    counts_as = models.JSONField(default=list)
    """Further wordings of a state's file that this credential meets, as whoever verifies it read them."""
    code = models.CharField(max_length=24, blank=True)
    """The certification in the data, its issuer included (CCMA-NHA); empty for what the data does not know."""
    state = models.CharField(max_length=6, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(issued_on__lte=F("expires_on")),
                name="credential_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["staff", "name", "number", "state", "issued_on"],
                nulls_distinct=False,
                name="a_credential_is_recorded_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Verification(Row):
    """Somebody saw the primary source: the issuer's own register."""

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="verifications")
    source = models.CharField(max_length=500)
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()


class SignOff(Row):
    """Somebody licensed saw this person do this act well: hours of training, witnessed demonstrations."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="sign_offs")
    act = models.CharField(max_length=64)
    route = models.CharField(max_length=40, blank=True)
    hours = models.PositiveIntegerField(default=0)
    demonstrations = models.PositiveIntegerField(default=0)
    how = models.CharField(max_length=12, blank=True, choices=list(rules.HOW.items()))
    """On patients or in simulation; empty where nobody said."""
    signer = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    signed_on = models.DateField()
    expires_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(staff=F("signer")), name="nobody_signs_off_their_own_skill"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(signed_on__lte=F("expires_on")),
                name="sign_off_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["staff", "act"], name="sign_off_by_act")]


class SavedPlan(Row):
    """The ways to certification as they stood on a day, for what a person of the staff said of themselves."""

    staff = models.ForeignKey("office.Staff", models.PROTECT, related_name="plans")
    said = models.JSONField()
    """What was said, as an address carries it."""
    on = models.DateField()
    data = models.CharField(max_length=64)
    """The hash of the facts that it was planned from."""
    ways = models.JSONField()
    """Each way in short: credential, route, open, earliest, closes, and the program that was chosen for it."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["staff", "-id"], name="plans_newest_first")]


class Revocation(Row):
    """A credential or sign-off that no longer counts, from a day on, and why."""

    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="revocations")
    sign_off = models.ForeignKey(SignOff, models.PROTECT, null=True, related_name="revocations")
    from_on = models.DateField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(credential__isnull=False, sign_off__isnull=True)
                | Q(credential__isnull=True, sign_off__isnull=False),
                name="revocation_names_one_thing",
            )
        ]
