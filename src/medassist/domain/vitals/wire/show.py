"""Sets and corrections as the exchange keeps them: each Observation as it stands now, and the panel of its set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Confirmation, Reading, VitalSet
from medassist.domain.vitals.wire import made
from medassist.domain.vitals.wire.made import Resource
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows


@anew(VitalSet, "Observation")
@shows("vitals.taken", "vitals.received", "vitals.confirmed")
def to_fhir(taken: VitalSet) -> list[Resource]:
    """A set as US Core Observations, one a sign, two pressures in one, and the panel that lists them."""
    rows, taken.written = taken.written, None
    return _shown([taken.pk]) if rows is None else _written(rows)


def _written(rows: Sequence[Reading]) -> list[Resource]:
    """The Observations of a set that was written just now, without reading it again."""
    for row in rows:
        Reading._meta.get_field("replaced_by").set_cached_value(row, None)  # type: ignore[union-attr]
    known = _grouped(rows, {})
    return [*(made.observation(id, rows, *known.about(rows)) for id, rows in known.groups.items()), *_panels(known)]


@shows("vitals.corrected", "vitals.placed_again", "vitals.averaged")
def readings_to_fhir(rows: list[Reading]) -> list[Resource]:
    """New rows, and what they replace as entered in error."""
    touched = {id for row in rows for id in (row.observation, row.replaces and row.replaces.observation) if id}
    return _shown({row.of_id for row in rows}, touched) if touched else []


def observations(ids: Iterable[UUID]) -> list[Resource]:
    """Observations by their keys, as they stand now."""
    known = _known(Reading.objects.filter(observation__in=list(ids)))
    return [made.observation(id, rows, *known.about(rows)) for id, rows in known.groups.items()]


def _shown(sets: Iterable[UUID], touched: set[UUID] | None = None) -> list[Resource]:
    """The Observations of these sets, or those of them that were touched, then the panels."""
    known = _known(Reading.objects.filter(of__in=list(sets)))
    shown = []
    for id, rows in known.groups.items():
        if touched is None or id in touched:
            one = made.observation(id, rows, *known.about(rows))
            shown.append(_ours(one) if _foreign(rows) else one)
    return [*shown, *_panels(known)]


def _ours(one: Resource) -> Resource:
    """What we say of an Observation that came from elsewhere: only how sure it is now."""
    return {name: one[name] for name in ("resourceType", "id", "status")}


def _foreign(group: list[Reading]) -> bool:
    # what we put in place of a foreign one is our own; all of its rows replace something
    return group[0].of.received and any(row.replaces_id is None for row in group)


def _panels(known: Known) -> list[Resource]:
    """A panel for each set of ours that has more than one Observation."""
    sets: dict[UUID, dict[UUID, list[Reading]]] = {}
    for id, rows in known.groups.items():
        if not rows[0].of.received and rules.sign(rows[0].sign).category == "vital-signs":
            sets.setdefault(rows[0].of_id, {})[id] = rows
    return [
        made.panel(groups, *known.about(next(iter(groups.values())))) for groups in sets.values() if len(groups) > 1
    ]


@dataclass(slots=True)
class Known:
    """Observations by key, each with its rows; who confirmed each set, and who is who."""

    groups: dict[UUID, list[Reading]]
    confirmed: dict[UUID, UUID]
    people: dict[UUID, Resource | None]

    def about(self, rows: list[Reading]) -> tuple[bool, Resource | None]:
        """Whether the set of these rows was confirmed, and who answers for it: who measured it, else who confirmed."""
        of = rows[0].of
        by = self.people.get(of.by) or self.people.get(self.confirmed.get(of.pk, of.by))
        return of.pk in self.confirmed, by


def _known(rows: Any) -> Known:
    rows = rows.filter(observation__isnull=False).order_by("recorded_at", "id")
    rows = list(rows.select_related("of", "of__patient", "of__instrument", "replaced_by"))
    sets = {row.of_id for row in rows}
    return _grouped(rows, dict(Confirmation.objects.filter(of__in=sets).values_list("of_id", "by")))


def _grouped(rows: Iterable[Reading], confirmed: dict[UUID, UUID]) -> Known:
    groups: dict[UUID, list[Reading]] = {}
    sets: dict[UUID, VitalSet] = {}
    for row in rows:
        sets[row.of_id] = row.of
        if row.observation is not None and not row.taken_back:
            groups.setdefault(row.observation, []).append(row)
    actors = {one.by for one in sets.values() if not one.received} | set(confirmed.values())
    order = list(rules.SIGNS)
    found = {id: sorted(_last(group), key=lambda row: order.index(row.sign)) for id, group in groups.items()}
    return Known(found, confirmed, {by: _person(by) for by in actors})


def _last(group: list[Reading]) -> list[Reading]:
    """The newest row of each sign of one Observation: an adopted one keeps its key through its sender's changes."""
    return list({row.sign: row for row in group}.values())


def _person(actor: UUID) -> Resource | None:
    person = office.staff_by_actor(actor)
    return {"reference": f"Practitioner/{person.pk}", "display": person.name} if person else None
