"""Rows in place of others: what a correction, and everything that rests on it, is written as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from medassist.domain.vitals.models import Reading
from medassist.domain.vitals.queries.base import standing
from medassist.kernel import identifiers
from medassist.kernel.context import Context

SAME = ("body_site", "method", "position", "qualifiers")
"""How a sign was measured; it stays as it was unless something else is said."""
KEPT = ("of_id", "patient_id", "taken_at", "sign", "ordinal", "value", "unit", "standard", "on", "coded", *SAME)


def frame(ctx: Context, old: Reading, reason: str) -> dict[str, Any]:
    """What a row takes over from the one that it replaces."""
    return {
        "of_id": old.of_id, "patient_id": old.patient_id, "taken_at": old.taken_at, "sign": old.sign,
        "ordinal": old.ordinal, "replaces": old, "reason": reason, "by": ctx.actor.id, "recorded_at": ctx.at,
    }  # fmt: skip


def back(ctx: Context, old: Reading, reason: str) -> Reading:
    """A row that only says that the old one was wrong."""
    return Reading(id=identifiers.uuid7(), **frame(ctx, old, reason))


def replacing(ctx: Context, rights: Mapping[Reading, Reading | None], reason: str) -> list[Reading]:
    """The rows in place of these, none where it is taken back, and the unchanged signs of the same Observations.

    FHIR shows two pressures in one Observation: where one is replaced, the other is carried into the new one.
    """
    shared: dict[UUID | None, list[Reading]] = {}
    for old in rights:
        shared.setdefault(old.observation or old.pk, []).append(old)
    ids = [id for id in shared if id]
    beside = standing().filter(observation__in=ids).exclude(pk__in=[old.pk for old in rights]) if ids else []
    carried: dict[UUID | None, list[Reading]] = {}
    for old in beside:
        carried.setdefault(old.observation, []).append(_carried(ctx, old, reason))
    made: list[Reading] = []
    for id, olds in shared.items():
        new = [right for old in olds if (right := rights[old])] + carried.get(id, [])
        for row in new:
            row.observation = new[0].id
        made += [rights[old] or back(ctx, old, reason) for old in olds] + carried.get(id, [])
    return made


def _carried(ctx: Context, old: Reading, reason: str) -> Reading:
    kept = {name: getattr(old, name) for name in KEPT}
    return Reading(id=identifiers.uuid7(), doubts=old.doubts, replaces=old, reason=reason, by=ctx.actor.id,
                   recorded_at=ctx.at, **kept)  # fmt: skip
