"""The rooming page and what is done on it. A part answers with itself and the rail: nothing typed elsewhere is lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from medassist.domain.office import queries as office
from medassist.domain.people import queries as people
from medassist.domain.records import actions as records
from medassist.domain.records import inputs as records_inputs
from medassist.domain.visits import actions, inputs
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import actions as vitals
from medassist.domain.vitals import inputs as vitals_inputs
from medassist.domain.vitals import queries as vitals_queries
from medassist.interfaces.web.access import sittings
from medassist.interfaces.web.board.cards import LANES
from medassist.interfaces.web.board.free import free_room
from medassist.interfaces.web.patient.banner import banner
from medassist.interfaces.web.rooming import signs
from medassist.interfaces.web.rooming.state import Rooming, gather
from medassist.kernel import clock, reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, part_wanted, say, submit

FINISH = {
    "arrived": "Take in", "rooming": "Ready for {provider}", "ready": "{provider} is in",
    "with-provider": "{provider} is out", "to-do-after": "Check out",
}  # fmt: skip
PARTS = {
    "identity": "identity", "reason": "reason", "vitals": "vitals", "lists": "lists", "todo": "todo", "aside": "aside",
}  # fmt: skip


def _open(ctx: Any, visit: UUID) -> UUID:
    """Open the chart of this visit's patient: the authority is asked, the trail keeps it."""
    patient = visits.where(visit)["patient"]
    reading.opening(ctx, f"patient/{patient}")
    return patient


def _may_open(ctx: Context, visit: UUID) -> None:
    """Ask again, without an entry for every box that is typed in; a no is kept and raised as ever."""
    patient = visits.where(visit)["patient"]
    if not reading.may(ctx, "house.open_chart", f"patient/{patient}").allowed:
        reading.opening(ctx, f"patient/{patient}")


def _context(request: HttpRequest, state: Rooming) -> dict[str, Any]:
    step = state.visit.step
    return {
        "page": state, "banner": banner(state.patient), "identifiers": visits.IDENTIFIERS,
        "lane": LANES.get(step, "Visit"), "finish": FINISH.get(step, "").format(provider=state.provider),
        "forms": state.forms, "stops": vitals_queries.stops(), "now": clock.now(),
        "delegates": not set(request.session.get(sittings.PLACE, {}).get("roles", ())).isdisjoint(office.PROVIDERS),
    }  # fmt: skip


@require_GET
@page(act="house.list")
def room(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """One visit: who it is, why, what was measured, what is taken, what is left."""
    _open(ctx, visit)
    retake, focus = request.GET.get("again", ""), request.GET.get("focus", "")
    state = gather(visit, system=_system(request), more="more" in request.GET, retake=retake, focus=focus)
    return fragment(request, "web/rooming/page.html", _context(request, state))


def _system(request: HttpRequest) -> str:
    return "other" if request.COOKIES.get("units") == "other" else "usual"


def _part(
    request: HttpRequest, visit: UUID, part: str, forms: dict[str, Form] | None = None, scanned: Any = None, **more: Any
) -> HttpResponse:
    """One part of the page with the rail and the banner beside it; a plain form gets the whole page again."""
    wrong = any(not form.fine for form in (forms or {}).values())
    if not part_wanted(request) and not wrong and not scanned:
        return leave(request, f"{reverse('rooming', args=[visit])}#s-{part}")
    _open(getattr(request, "context", None), visit)  # a form's answer shows the chart as much as the page does
    state = gather(visit, forms, **({"system": _system(request), "more": bool(request.POST.get("more"))} | more))
    context = _context(request, state) | {"scanned": scanned}
    if not part_wanted(request):
        return fragment(request, "web/rooming/page.html", context, 422 if wrong else 200)
    html = [loader.render_to_string(f"web/rooming/{PARTS[part]}.html", context, request)]
    html.append(loader.render_to_string("web/rooming/rail.html", {**context, "oob": True}, request))
    html.append(loader.render_to_string("web/rooming/banner.html", context, request))
    return HttpResponse("".join(html), status=422 if wrong else 200)


@require_POST
@page(act="house.list")
def delegate(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """A provider says: in this visit I delegate."""
    form = Form.of(request)
    if submit(form, ctx, actions.delegate, inputs.Delegate, visit=visit):
        return say(request, leave(request, reverse("rooming", args=[visit])), "You delegate in this visit.")
    raise Invalid(form.faults)


# --- identity, reason


@require_POST
@page(act="house.list")
def identity(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Two identifiers were asked for and found right."""
    form = Form.of(request)
    told = [one for text in request.POST.getlist("identifiers") for one in text.split(",") if one]
    submit(form, ctx, actions.check_identity, inputs.CheckIdentity, visit=visit, identifiers=told)
    return _part(request, visit, "identity", {"identity": form})


@require_POST
@page(act="house.list")
def scan(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """A wristband or label was scanned: this patient's proves one identifier, another's stops; nothing is written."""
    patient, code = _patient(visit), request.POST.get("code", "").strip()[:100]
    whose = people.by_mrn(code) if code else None
    found = "right" if whose == patient else "other" if whose else "unknown"
    return _part(request, visit, "identity", scanned={"code": code, "is": found})


@require_POST
@page(act="house.list")
def reason(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Why the patient has come."""
    form = Form.of(request)
    submit(form, ctx, actions.set_reason, inputs.SetReason, visit=visit)
    return _part(request, visit, "reason", {"reason": form})


# --- vital signs


@require_POST
@page(act="house.list")
def take(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Record what was measured."""
    form = Form.of(request)
    try:
        given = _typed(request, visit)
        made = vitals.take(ctx.but(key=str(form.key)), given)
    except Invalid as error:
        form.note(error)
        return _part(request, visit, "vitals", {"vitals": form}, **_look(request))
    answer = _part(request, visit, "vitals")
    return say(request, answer, "Vital signs recorded.") if made else answer


def _typed(request: HttpRequest, visit: UUID) -> vitals_inputs.TakeVitals:
    post = signs.typed(request.POST, request.POST.get("unit-system", ""))
    where = visits.where(visit)
    return vitals_inputs.from_form(post, patient=where["patient"], visit=visit)


@require_POST
@page(act="house.list")
def check(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Look at what is typed before it is recorded: what cannot be, and what is asked about."""
    form = Form.of(request)
    _may_open(ctx, visit)
    try:
        form.note(Invalid(doubts=vitals_queries.asked_about(_typed(request, visit))))
    except Invalid as error:
        form.note(error)
        form.faults.pop("", None)  # nothing typed yet is no fault while somebody types
    state = gather(visit, {"vitals": form}, **_look(request))
    return HttpResponse(loader.render_to_string("web/rooming/signs.html", _context(request, state), request))


@require_POST
@page(act="house.list")
def units(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Show the other units, and what is typed in them."""
    _open(ctx, visit)
    before = request.POST.get("unit-system", "usual")
    system = "usual" if before == "other" else "other"
    post = request.POST.copy()
    for sign, (usual, other) in signs.OTHER.items():
        if post.get(sign):
            pair = (other, usual) if before == "other" else (usual, other)
            post[sign] = signs.converted(str(post[sign]), *pair)
    state = gather(visit, {"vitals": Form(post)}, **{**_look(request), "system": system})
    answer = HttpResponse(loader.render_to_string("web/rooming/vitals.html", _context(request, state), request))
    answer.set_cookie("units", system, max_age=31_536_000, samesite="Lax")
    return answer


@require_POST
@page(act="house.list")
def more(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Show the signs that are seldom taken, or only the usual ones again; what is typed stays."""
    _open(ctx, visit)
    look = {**_look(request), "more": not request.POST.get("more")}
    state = gather(visit, {"vitals": Form(request.POST)}, **look)
    part = "vitals" if part_wanted(request) else "page"
    return fragment(request, f"web/rooming/{part}.html", _context(request, state))


def _look(request: HttpRequest) -> dict[str, Any]:
    """How the grid that this form is of was shown."""
    post = request.POST
    return {"system": post.get("unit-system", ""), "retake": post.get("again", ""), "more": bool(post.get("more"))}


@require_POST
@page(act="house.list")
def confirm(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """What a device sent for this visit was looked at, and is right."""
    form = Form.of(request)
    waiting = [one for one in vitals_queries.for_visit(visit) if one["preliminary"]]
    for one in waiting:
        vitals.confirm(ctx.but(key=f"{form.key} {one['id']}"), vitals_inputs.ConfirmVitals(set=one["id"]))
    answer = _part(request, visit, "vitals")
    return say(request, answer, "Confirmed. Your name stands with them.") if waiting else answer


@require_POST
@page(act="house.list")
def begin(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """A series of readings begins: lying and standing, or alone."""
    form = Form.of(request)
    submit(form, ctx, vitals.begin_series, vitals_inputs.BeginSeries, visit=visit, patient=_patient(visit))
    return _part(request, visit, "vitals", {"begin": form})


@require_POST
@page(act="house.list")
def step(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """One reading of a series."""
    form = Form.of(request)
    which = {name: request.POST.get(name) for name in ("series", "step")}
    try:
        given = vitals_inputs.from_form(request.POST, patient=_patient(visit), visit=visit, **which)
        vitals.take(ctx.but(key=str(form.key)), given)
    except Invalid as error:
        form.note(error)
    return _part(request, visit, "vitals", None if form.fine else {"series": form})


@require_POST
@page(act="house.list")
def end(request: HttpRequest, ctx: Context, visit: UUID, series: UUID) -> HttpResponse:
    """A series is stopped before its end, and why."""
    form = Form.of(request)
    submit(form, ctx, vitals.stop_series, vitals_inputs.StopSeries, series=series)
    return _part(request, visit, "vitals", {"end": form})


@page(act="house.list")
def correct(request: HttpRequest, ctx: Context, visit: UUID, reading: UUID) -> HttpResponse:
    """Put a reading right that was entered in error; the old value stays to be seen."""
    patient = _open(ctx, visit)
    found, form = vitals_queries.reading(reading), Form.of(request)
    if found["set"]["patient"] != patient:
        raise Conflict("This reading is of another patient.")
    if form.sent:
        try:
            given = vitals_inputs.correction_from_form(request.POST, reading, found["sign"])
            vitals.correct(ctx.but(key=str(form.key)), given)
            answer = leave(request, f"{reverse('rooming', args=[visit])}#s-vitals")
            return say(request, answer, f"{found['label']} put right. The old value stays to be seen.")
        except Invalid as error:
            form.note(error)
    state = {"form": form, "one": found, "visit": visit, "banner": banner(patient)}
    return fragment(request, "web/rooming/correct.html", state, form.status)


# --- lists


@require_POST
@page(act="house.list")
def review(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """The lists were gone through with the patient, and nothing has changed."""
    form, state = Form.of(request), gather(visit)
    lists = {"medications": "unchanged"} | ({"allergies": "unchanged"} if state.asked else {})
    submit(form, ctx, records.review, records_inputs.ReviewLists, visit=visit, patient=_patient(visit), **lists)
    return _part(request, visit, "lists", {"review": form})


@require_POST
@page(act="house.list")
def medication(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """One more medication that the patient takes."""
    form = Form.of(request)
    if submit(form, ctx, records.add_medication, records_inputs.AddMedication, patient=_patient(visit)):
        _changed(ctx, visit, "medications")
        form = Form()
    return _part(request, visit, "lists", {"medication": form})


@require_POST
@page(act="house.list")
def stop(request: HttpRequest, ctx: Context, visit: UUID, entry: UUID) -> HttpResponse:
    """A medication that the patient no longer takes, and why."""
    form = Form.of(request)
    if submit(form, ctx, records.stop, records_inputs.EndEntry, patient=_patient(visit), entry=entry):
        _changed(ctx, visit, "medications")
    return _part(request, visit, "lists", {"stop": form})


@require_POST
@page(act="house.list")
def allergy(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """One more allergy, or that none is known."""
    form = Form.of(request)
    if submit(form, ctx, records.add_allergy, records_inputs.AddAllergy, patient=_patient(visit)):
        _changed(ctx, visit, "allergies")
        form = Form()
    return _part(request, visit, "lists", {"allergy": form})


def _patient(visit: UUID) -> UUID:
    return visits.where(visit)["patient"]


def _changed(ctx: Context, visit: UUID, name: str) -> None:
    """Whoever changed a list with the patient has gone through it."""
    given = records_inputs.ReviewLists.of(patient=_patient(visit), visit=visit, **{name: "changed"})
    records.review(ctx, given)


# --- moving on


@require_POST
@page(act="house.list")
def move(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """The next step of the visit; what is left undone is asked about first."""
    found = visits.visit(visit)
    if request.POST.get("seen", found.step) != found.step:
        raise Conflict("Somebody moved this visit a moment ago.")
    form = Form.of(request)
    if found.step == "rooming" and not form.confirmed and (left := gather(visit).left):
        asked = {"visit": found, "left": left, "form": form}
        return fragment(request, "web/rooming/left.html", asked, 422)
    if not _moved(ctx, found, form):
        return fragment(request, "web/rooming/left.html", {"visit": found, "form": form}, 422)
    here = found.step in ("arrived",)
    answer = leave(request, reverse("rooming", args=[visit]) if here else reverse("board"))
    return say(request, answer, *_said(found))


def _moved(ctx: Context, found: Any, form: Form) -> Any:
    """Do the one act that follows the step at which the visit is."""
    if found.step == "with-provider" and visits.to_dos(found.pk):
        return submit(form, ctx, actions.to_do, inputs.AskToDo, visit=found.pk, what=["Check out"])
    acts: dict[str, tuple[Any, Any]] = {
        "arrived": (actions.room, inputs.StartRooming), "rooming": (actions.ready, inputs.Ready),
        "ready": (actions.start_provider, inputs.StartProvider), "with-provider": (actions.check_out, inputs.CheckOut),
        "to-do-after": (actions.check_out, inputs.CheckOut),
    }  # fmt: skip
    if found.step not in acts:
        raise Conflict("This visit is over.")
    room: dict[str, Any] = {"room": free_room(found.pk)} if found.step == "arrived" else {}
    return submit(form, ctx, *acts[found.step], visit=found.pk, **room)


def _said(found: Any) -> tuple[str, str, str]:
    words = {"arrived": "Rooming has begun.", "rooming": "Ready. The board shows it.", "ready": "The provider is in.",
             "with-provider": "Done.", "to-do-after": "Checked out."}  # fmt: skip
    return words[found.step], "good", reverse("board-undo", args=[found.pk])


@require_POST
@page(act="house.list")
def move_room(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """Another room."""
    form, found = Form.of(request), visits.visit(visit)
    act, given = (
        (actions.room, inputs.StartRooming) if found.step == "arrived" else (actions.move_room, inputs.MoveRoom)
    )
    if not submit(form, ctx, act, given, visit=visit):
        raise Invalid(form.faults, form.doubts)
    return leave(request, reverse("rooming", args=[visit]))


@require_POST
@page(act="house.list")
def to_do(request: HttpRequest, ctx: Context, visit: UUID) -> HttpResponse:
    """One more thing to do before leaving."""
    form = Form.of(request)
    submit(form, ctx, actions.to_do, inputs.AskToDo, visit=visit)
    return _part(request, visit, "todo", {"todo": form})


@require_POST
@page(act="house.list")
def done(request: HttpRequest, ctx: Context, visit: UUID, to_do: UUID) -> HttpResponse:
    """One thing is done."""
    form = Form.of(request)
    submit(form, ctx, actions.do, inputs.DoToDo, to_do=to_do)
    return _part(request, visit, "todo", {"todo": form})


@require_GET
@page(opens="patient/{patient}")
def start(request: HttpRequest, ctx: Context, patient: UUID) -> HttpResponse:
    """To the visit that the patient is at now."""
    visit = visits.open_visit(patient)
    if visit is None:
        raise Conflict("There is no open visit. Note the arrival first.")
    return leave(request, reverse("rooming", args=[visit.pk]))
