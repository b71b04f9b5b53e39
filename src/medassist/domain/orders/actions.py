"""What can be done with orders."""

from __future__ import annotations

from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.orders import queries
from medassist.domain.orders.inputs import CancelOrder, SignOrder, SignStandingOrder, WithdrawStandingOrder
from medassist.domain.orders.models import Order, StandingOrder
from medassist.domain.people import queries as people
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, ask

SHOWN = ("ActivityDefinition",)
PROVIDER_KINDS = ("MD", "DO", "NP", "PA")
CHANGED_MEANWHILE = {
    "one_standing_order_a_version": "Somebody signed a standing order at the same moment. Look again.",
    "orders_standingorder_replaces_id_key": "A newer version of this standing order is signed already.",
}


@action("orders.sign_standing", emits="orders.standing_signed", shows=SHOWN)
def sign_standing(ctx: Context, given: SignStandingOrder) -> StandingOrder:
    """Sign a standing order for an act, or the next version of one; it holds until its review date."""
    signer, kind = _signer(ctx)
    today = credentials.office_day(ctx.at)
    if given.review_on <= today:
        raise Invalid({"review_on": ["The review lies after today."]})
    earlier = queries.standing_order(given.replaces) if given.replaces else None
    if earlier and earlier.act != given.ordered:
        raise Invalid({"ordered": [f"Version {earlier.version} is for {earlier.act}. Sign a new standing order."]})
    ask(_forbidden(given), given.confirmed)
    with clash(CHANGED_MEANWHILE):
        return StandingOrder.objects.create(
            number=earlier.number if earlier else queries.next_number(),
            version=earlier.version + 1 if earlier else 1,
            replaces=earlier,
            site=office.site(given.site) if given.site else None,
            act=given.ordered,
            title=given.title,
            text=given.text,
            signer=signer,
            kind=kind,
            signed_on=today,
            review_on=given.review_on,
            at=ctx.at,
        )


def _forbidden(given: SignStandingOrder) -> dict[str, list[str]]:
    """The doubt about an order for what a state forbids to assistants: a nurse may still carry it out."""
    sites = [office.site(given.site)] if given.site else office.sites()
    books = {one.state: delegation.book(one.state) for one in sites}
    names = [book.name for book in books.values() if book.entry(given.ordered).rule == "prohibited"]
    said = f"{' and '.join(names)} forbids this act to medical assistants: none may carry the order out. Sign it?"
    return {"ordered": [said]} if names else {}


@action("orders.withdraw_standing", emits="orders.standing_withdrawn", shows=SHOWN)
def withdraw_standing(ctx: Context, given: WithdrawStandingOrder) -> StandingOrder:
    """Withdraw a standing order from today on, and keep why."""
    found = queries.standing_order(given.standing_order)
    if found.withdrawn_on:
        raise Conflict("This standing order is withdrawn already.")
    found.withdrawn_on, found.withdrawn_why = credentials.office_day(ctx.at), given.reason
    found.save(update_fields=["withdrawn_on", "withdrawn_why"])
    return found


@action("orders.sign", emits="orders.signed", shows=None)
def sign(ctx: Context, given: SignOrder) -> Order:
    """Sign an order for one patient."""
    signer, kind = _signer(ctx)
    if given.until and given.until <= ctx.at:
        raise Invalid({"until": ["It would be over already."]})
    return Order.objects.create(
        patient=people.patient(given.patient),
        site_id=ctx.site,
        act=given.ordered,
        text=given.text,
        signer=signer,
        kind=kind,
        signed_at=ctx.at,
        until=given.until,
    )


def _concerned(ctx: Context, given: CancelOrder) -> dict[str, Any]:
    return {"patient": queries.order(given.order).patient_id}


@action("orders.cancel", emits="orders.cancelled", shows=None, facts=_concerned)
def cancel(ctx: Context, given: CancelOrder) -> Order:
    """Cancel an order for a patient, and keep why."""
    found = queries.order(given.order)
    if found.cancelled_at:
        raise Conflict("This order is cancelled already.")
    found.cancelled_at, found.cancelled_why = ctx.at, given.reason
    found.save(update_fields=["cancelled_at", "cancelled_why"])
    return found


def _signer(ctx: Context) -> tuple[Any, str]:
    """The person who signs, and the letters of the licence by which they may."""
    person = office.staff_by_actor(ctx.actor.id)
    held = credentials.licences(person.pk, credentials.office_day(ctx.at)) if person else []
    kind = next((kind for kind in PROVIDER_KINDS if kind in held), "")
    if not kind:
        raise Invalid({"": ["An order is signed by a provider whose license is on record, verified and in date."]})
    return person, kind
