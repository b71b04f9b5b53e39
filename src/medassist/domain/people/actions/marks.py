"""Alerts, photo and consent to text messages."""

from __future__ import annotations

from hashlib import sha256

from medassist.domain.people.actions.change import locked
from medassist.domain.people.inputs import AddAlert, EndAlert, SetConsentToText, SetPhoto
from medassist.domain.people.models import Alert, Patient, Photo
from medassist.domain.people.rules import photos
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Missing


@action("people.add_alert", emits="people.alert_added", shows=("Flag",))
def add_alert(ctx: Context, given: AddAlert) -> Alert:
    """Add an alert: something to know before the patient is met."""
    one = locked(given.patient)
    same = Alert.objects.filter(patient=one, kind=given.kind, text__iexact=given.text, ended_at=None)
    if same.exists():
        raise Conflict("This alert is there already.")
    return Alert.objects.create(
        patient=one, kind=given.kind, code=given.code, text=given.text, begins_on=given.begins_on,
        ends_on=given.ends_on, made_at=ctx.at, made_by=ctx.actor.id,
    )  # fmt: skip


@action("people.end_alert", emits="people.alert_ended", shows=("Flag",))
def end_alert(ctx: Context, given: EndAlert) -> Alert:
    """End an alert that no longer holds, with the reason; it stays in the record."""
    one = Alert.objects.select_for_update().filter(pk=given.alert, patient=given.patient).first()
    if one is None:
        raise Missing("alert", given.alert)
    if one.ended_at:
        raise Conflict("This alert was ended before.")
    one.ended_at, one.ended_by, one.end_reason = ctx.at, ctx.actor.id, given.reason
    one.save(update_fields=["ended_at", "ended_by", "end_reason"])
    return one


@action("people.set_photo", emits="people.photo_set", shows=None)
def set_photo(ctx: Context, given: SetPhoto) -> Photo:
    """Keep a picture of the patient's face; earlier ones stay in the record."""
    one = locked(given.patient)
    made = Photo.objects.create(
        patient=one, sha256=sha256(given.content).hexdigest(), media_type=photos.media_type(given.content),
        content=given.content, at=ctx.at, by=ctx.actor.id,
    )  # fmt: skip
    one.photo = made.sha256
    one.save(update_fields=["photo"])
    return made


@action("people.set_consent_to_text", emits="people.consent_to_text_set", shows=None)
def set_consent_to_text(ctx: Context, given: SetConsentToText) -> Patient:
    """Record whether the patient agrees to text messages, when and to whom this was said."""
    one = locked(given.patient)
    one.text_consent, one.text_consent_at, one.text_consent_by = given.consent, ctx.at, ctx.actor.id
    one.save(update_fields=["text_consent", "text_consent_at", "text_consent_by"])
    return one
