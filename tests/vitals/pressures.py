"""Pressures taken at visits, and series of them, made by the actions themselves."""

from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import BeginSeries, Found, ReceiveVitals, TakeVitals
from medassist.kernel import clock, events
from medassist.kernel.context import system_context
from medassist.kernel.models import Event
from medassist.kernel.testing import context
from tests.vitals.given import found


def pressure(visit, upper="148", lower="92", ordinal=1, **more):
    kind = more.pop("kind", TakeVitals)
    signs = [
        Found(sign=sign, value=value, unit="mm[Hg]", ordinal=ordinal)
        for sign, value in (("systolic", upper), ("diastolic", lower))
    ] + [Found(**one) for one in found(**({"pulse": more.pop("pulse")} if "pulse" in more else {}))]
    at = more.pop("at", None) or clock.now()
    if kind is ReceiveVitals:
        more.setdefault("device", "Monitor 4")
    return kind.of(patient=visit.patient_id, visit=visit.pk, taken_at=at, found=signs, **more)


def take(visit, *pair, ctx=None, **more):
    return actions.take(ctx or context(), pressure(visit, *pair, **more))


def begin(visit, protocol="orthostatic", ctx=None, **more):
    told = {"patient": visit.patient_id, "visit": visit.pk, "protocol": protocol, **more}
    return actions.begin_series(ctx or context(), BeginSeries.of(**told))


def hear(name):
    for event in Event.objects.filter(name=name):
        for reaction in events.reactions(name).values():
            reaction(system_context("jobs", site=event.site, key=f"{event.id}"), event)
