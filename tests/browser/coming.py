"""Grown patients come without an appointment, in the house of a browser test; late in the day nobody else would.

Run as a script in the environment of that house: it does what the front desk does, by the same actions.
"""

from __future__ import annotations

from datetime import timedelta

from medassist.interfaces.cli import house

HOW_MANY = 6
WHY = "Low back pain since Friday"


def main() -> None:
    """A few of the demo's patients who were not here today, each to see one of the providers."""
    house.enter()
    from medassist.demo import office
    from medassist.domain.people.models import Patient
    from medassist.domain.visits import actions as visits
    from medassist.domain.visits.inputs import WalkIn
    from medassist.domain.visits.models import Visit
    from medassist.kernel import clock

    practice = office.found()
    assert practice
    desk = practice.acting(practice.of_role("front-desk")[0])
    providers = practice.of_role("physician", "nurse-practitioner", "physician-assistant")
    lately, grown = clock.now() - timedelta(days=1), clock.now().date() - timedelta(days=20 * 366)
    rows = Patient.objects.filter(active=True, deceased=False, birth_date__lte=grown, restrictions__isnull=True)
    rows = rows.exclude(pk__in=Visit.objects.filter(started_at__gte=lately).values("patient")).order_by("id")
    for n, patient in enumerate(rows[:HOW_MANY]):
        provider = practice.people[providers[n % len(providers)]].pk
        visits.walk_in(desk, WalkIn(patient=patient.pk, site=practice.site.pk, provider=provider, reason=WHY))


if __name__ == "__main__":
    main()
