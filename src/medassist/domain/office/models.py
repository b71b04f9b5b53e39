"""Tables of the office. Times of day are the site's own wall clock; moments are UTC."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from medassist.domain.office import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class Bookable(Row):
    """A person or room that can be busy; `resource` is the number that the guard against double booking locks."""

    resource = models.BigIntegerField(unique=True, editable=False)

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.resource is None:
            self.resource = rules.resource(self.id)


class Organization(Row):
    """The practice: one a database."""

    name = models.CharField(max_length=200)
    npi = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.JSONField(default=dict, blank=True)
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_organization_a_database")]

    def __str__(self) -> str:
        return self.name


class Site(Bookable):
    """One place where patients are seen, in one state and one time zone."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200, unique=True)
    timezone = models.CharField(max_length=64)
    state = models.CharField(max_length=6)
    profile = models.CharField(max_length=40)
    phone = models.CharField(max_length=40, blank=True)
    address = models.JSONField(default=dict, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Room(Bookable):
    """A room of a site."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=list(rules.ROOM_KINDS.items()), default="exam")
    place = models.IntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_room_of_a_name_a_site")]

    def __str__(self) -> str:
        return self.name


class Hours(Row):
    """When a site is open on one day of the week, from a date on; a later date replaces an earlier one."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="hours")
    weekday = models.SmallIntegerField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    from_on = models.DateField()
    replaced = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_are_of_a_weekday"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__lt=F("closes")),
                name="hours_open_before_they_close",
            ),
            models.UniqueConstraint(
                fields=["site", "weekday", "from_on"], condition=Q(replaced=False), name="one_set_of_hours_a_day"
            ),
        ]


class Closure(Row):
    """Days on which a site is closed, or open although a holiday closes it (`open`)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="closures")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=200)
    open = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("to_on")), name="closure_ends_after_it_begins")
        ]


class Staff(Bookable):
    """A person who works here, under the identity the trail knows."""

    actor = models.OneToOneField("kernel.ActorRow", models.PROTECT, related_name="staff")
    given = models.CharField(max_length=100)
    family = models.CharField(max_length=100)
    credentials_text = models.CharField(max_length=100, blank=True)
    roles = models.JSONField(default=list)
    npi = models.CharField(max_length=10, blank=True)
    active = models.BooleanField(default=True)
    sites = models.ManyToManyField(Site, through="Position", related_name="staff")

    class Meta:
        ordering = ["family", "given"]
        constraints = [models.UniqueConstraint(fields=["npi"], condition=~Q(npi=""), name="one_staff_an_npi")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given name, then family name."""
        return f"{self.given} {self.family}".strip()

    @property
    def provider(self) -> bool:
        """Whether patients can be booked with this person."""
        return rules.is_provider(self.roles)


class Position(Row):
    """One role that one person holds at one site, from a date to a date."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="positions")
    site = models.ForeignKey(Site, models.PROTECT, related_name="positions")
    role = models.CharField(max_length=40, choices=list(rules.ROLES.items()))
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(from_on__lte=F("to_on")), name="position_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["staff", "site", "role"], condition=Q(to_on__isnull=True), name="one_open_position_a_role"
            ),
        ]


class Shift(Row):
    """One stretch of a weekday in which somebody works at a site, from a date to a date."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="shifts")
    site = models.ForeignKey(Site, models.PROTECT, related_name="shifts")
    weekday = models.SmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    """A day before the first: it never was."""

    class Meta:
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="shift_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="shift_is_of_a_weekday"),
        ]


class Absence(Row):
    """Somebody is away from every site for this time, whatever the shifts say."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    why = models.CharField(max_length=20, choices=list(rules.ABSENCES.items()), default="time-off")
    by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start_at"]
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="absence_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["staff", "end_at"], name="absence_by_staff")]


class Presence(Row):
    """Somebody was in the building from check-in to check-out; supervision on site rests on it."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="presences")
    site = models.ForeignKey(Site, models.PROTECT, related_name="presences")
    in_at = models.DateTimeField(default=clock.now)
    out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(out_at__isnull=True) | Q(in_at__lte=F("out_at")), name="out_after_in"),
            models.UniqueConstraint(fields=["staff"], condition=Q(out_at__isnull=True), name="in_one_place_at_a_time"),
        ]
        indexes = [models.Index(fields=["site", "in_at"], name="presence_by_site")]


class Device(Row):
    """A device that measures, as the office owns it: its number, what it speaks, and where it stands."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="devices")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=list(rules.DEVICE_KINDS.items()))
    maker = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=100, blank=True)
    serial = models.CharField(max_length=100, blank=True)
    identifier = models.CharField(max_length=100)
    """By which it names itself in messages: EUI-64, serial number, or its maker's own."""
    profile = models.SlugField(max_length=40)
    """How it speaks; a key of the senders' profiles of interfaces/hl7."""
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["identifier"], condition=Q(active=True), name="one_device_of_an_identifier")
        ]

    def __str__(self) -> str:
        return self.name


class DevicePlace(Row):
    """Where a device stood from a time to a time; without a room it is carried about, and its room says nothing."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="places")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="devices")
    from_at = models.DateTimeField(default=clock.now)
    to_at = models.DateTimeField(null=True, blank=True)
    by = models.UUIDField()

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(to_at__isnull=True), name="a_device_stands_in_one_place"
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(from_at__lte=F("to_at")), name="device_place_ends_after_it_begins"
            ),
        ]
