"""Tables of the schedule. The database itself refuses two active bookings of one person or room at one time."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value

from medassist.domain.scheduling import rules
from medassist.kernel import clock
from medassist.kernel.models import Row


class AppointmentType(Row):
    """What can be booked, and how long it takes. `site` empty: at every site."""

    site = models.ForeignKey("office.Site", models.PROTECT, null=True, blank=True, related_name="+")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField()
    needs_room = models.CharField(max_length=12, blank=True)
    acts = models.JSONField(default=list, blank=True)
    """The clinical acts that such a visit usually asks for, by their codes: what looking ahead counts with."""
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["minutes", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], nulls_distinct=False, name="one_type_a_code"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 720)), name="a_type_takes_time"),
        ]

    def __str__(self) -> str:
        return self.name


class Schedule(Row):
    """The times at which one provider can be booked at one site."""

    provider = models.ForeignKey("office.Staff", models.PROTECT, related_name="schedules")
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="schedules")
    shown_to_on = models.DateField(null=True, blank=True)
    active = models.BooleanField(default=True)
    slots_changed: Sequence[Slot] = ()
    """Those that the action under way changed, for showing; not kept."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "site"], name="one_schedule_a_provider_and_site")]


class Availability(Row):
    """One stretch of a weekday in which slots of some minutes are offered, from a date to a date."""

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="availability")
    weekday = models.SmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="availability_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="availability_is_of_a_weekday"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 240)), name="slots_take_5_to_240_minutes"),
        ]


class Slot(Row):
    """One bookable piece of a provider's time, as other systems see it."""

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="slots")
    provider = models.ForeignKey("office.Staff", models.PROTECT, related_name="+")
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=list(rules.SLOT_STATUSES.items()), default="free")
    closed = models.BooleanField(default=False)
    """The site is closed or the provider away: held, though nobody is booked."""

    class Meta:
        ordering = ["start_at"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "start_at"], name="one_slot_a_start"),
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="slot_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["provider", "start_at"], name="slot_by_provider")]


class Appointment(Row):
    """One patient booked for one time. The FHIR status tells how it went."""

    patient = models.ForeignKey("people.Patient", models.PROTECT, related_name="appointments")
    type = models.ForeignKey(AppointmentType, models.PROTECT, null=True, blank=True, related_name="+")
    provider = models.ForeignKey("office.Staff", models.PROTECT, null=True, blank=True, related_name="appointments")
    room = models.ForeignKey("office.Room", models.PROTECT, null=True, blank=True, related_name="+")
    site = models.ForeignKey("office.Site", models.PROTECT, related_name="appointments")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=list(rules.STATUSES.items()), default="booked")
    reason = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    status_reason = models.CharField(max_length=500, blank=True)
    status_code = models.CharField(max_length=40, blank=True)
    status_by = models.UUIDField(null=True, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.UUIDField()
    booked_at = models.DateTimeField(default=clock.now)
    slots_changed: Sequence[Slot] = ()
    """Those that the action under way changed, for showing; not kept."""
    slots_touched: list[UUID] | None = None
    """Those that it takes, where the action under way knows them."""

    class Meta:
        ordering = ["start_at"]
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="appointment_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["site", "start_at"], name="appointment_by_site"),
            models.Index(fields=["patient", "start_at"], name="appointment_by_patient"),
        ]


class Hold(Row):
    """Time of a provider or room kept for something other than a patient: calls, lunch, a meeting."""

    site = models.ForeignKey("office.Site", models.PROTECT, related_name="holds")
    provider = models.ForeignKey("office.Staff", models.PROTECT, null=True, blank=True, related_name="holds")
    room = models.ForeignKey("office.Room", models.PROTECT, null=True, blank=True, related_name="holds")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    title = models.CharField(max_length=200)
    released_at = models.DateTimeField(null=True, blank=True)
    slots_changed: Sequence[Slot] = ()
    """Those that the action under way changed, for showing; not kept."""

    class Meta:
        ordering = ["start_at"]
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="hold_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(provider__isnull=False) | Q(room__isnull=False), name="a_hold_holds_somebody_or_a_room"
            ),
        ]


class Booking(Row):
    """One person or room is busy for this time. Cancelling makes it inactive, which frees the time."""

    resource = models.BigIntegerField()
    during = DateTimeRangeField()
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="bookings")
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, blank=True, related_name="bookings")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            # One number as a range, so that core GiST does it: the embedded PostgreSQL carries no btree_gist.
            ExclusionConstraint(
                name="nobody_is_booked_twice",
                index_type="GIST",
                expressions=[
                    (Func(F("resource"), F("resource"), Value("[]"), function="int8range"), "&&"),
                    ("during", "&&"),
                ],
                condition=Q(active=True),
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, hold__isnull=True)
                | Q(appointment__isnull=True, hold__isnull=False),
                name="a_booking_is_of_an_appointment_or_a_hold",
            ),
        ]
