"""What can be read of orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.orders.models import Order, StandingOrder
from medassist.kernel import clock
from medassist.kernel.errors import Missing


def standing_order(standing_order: UUID) -> StandingOrder:
    """One standing order."""
    if (found := StandingOrder.objects.filter(pk=standing_order).first()) is None:
        raise Missing("standing order", standing_order)
    return found


def order(order: UUID) -> Order:
    """One order for a patient."""
    if (found := Order.objects.filter(pk=order).first()) is None:
        raise Missing("order", order)
    return found


def first_version(number: int) -> UUID:
    """The key of the first version of a standing order: by it all versions are one order."""
    return StandingOrder.objects.only("pk").get(number=number, version=1).pk


def next_number() -> int:
    """The number of the next standing order."""
    return (StandingOrder.objects.aggregate(most=Max("number"))["most"] or 0) + 1


def standing_orders(site: UUID | None = None, on: date | None = None) -> list[StandingOrder]:
    """The standing orders in force at a site on a day."""
    return list(_in_force(on or credentials.office_day(), site).select_related("signer"))


def all_standing_orders() -> list[StandingOrder]:
    """Every version of every standing order, by number, the newest version first."""
    return list(StandingOrder.objects.select_related("signer", "site", "replaced_by").order_by("number", "-version"))


def open_orders(patient: UUID, at: datetime | None = None) -> list[Order]:
    """A patient's orders that are signed and neither cancelled nor over."""
    return list(_open(patient, at or clock.now()).select_related("signer"))


def order_fact(patient: UUID | None, act: str, at: datetime, site: UUID | None = None) -> dict[str, Any]:
    """What an action tells the authority of orders: `orders` (standing, patient_specific), `ordered_by` (MD, NP …).

    An order carries as long as its signer has a license in date.
    """
    on = credentials.office_day(at)
    for_all = _in_force(on, site).filter(act=act)
    for_one = _open(patient, at).filter(act=act) if patient else Order.objects.none()
    signed = [list(rows.values_list("signer", "kind")) for rows in (for_all, for_one)]
    standing, own = _by_licence(signed, site, on)
    orders = (["standing"] if standing else []) + (["patient_specific"] if own else [])
    return {"orders": orders, "ordered_by": sorted({*standing, *own})}


def _by_licence(signed: list[list[tuple[UUID, str]]], site: UUID | None, on: date) -> list[list[str]]:
    """What the signers are (MD, NP …), of those who have a license where the order is to be carried out."""
    signers = {who for rows in signed for who, _ in rows}
    state = office.site(site).state if site and signers else ""
    held = credentials.licensed(signers, state, on) if signers else {}
    known = delegation.acts()
    return [[kind for who, kind in rows if known.by_licence(kind, held[who])] for rows in signed]


def _in_force(on: date, site: UUID | None) -> QuerySet[StandingOrder]:
    here = Q(site=None) | Q(site=site) if site else Q(site=None)
    signed = StandingOrder.objects.filter(here, replaced_by=None, signed_on__lte=on, review_on__gte=on)
    return signed.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))


def _open(patient: UUID | None, at: datetime) -> QuerySet[Order]:
    signed = Order.objects.filter(patient=patient, signed_at__lte=at, cancelled_at=None)
    return signed.filter(Q(until=None) | Q(until__gt=at))
