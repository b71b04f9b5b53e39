"""Files on screen: handing something in with its file, one more file, and the file itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from medassist.domain.credentials import actions, inputs, queries, rules
from medassist.domain.office import queries as office
from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid, Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, leave, page, say, submit

MANAGE = "house.manage_credentials"


def own_or(ctx: Context, staff: UUID, *acts: str) -> bool:
    """Whether these are one's own papers; of another person's only with one of these acts, else it is refused."""
    mine = office.staff_by_actor(ctx.actor.id)
    if mine is not None and mine.pk == staff:
        return True
    if not any(reading.may(ctx, act, f"staff/{staff}").allowed for act in acts):
        reading.opening(ctx, f"staff/{staff}", acts[0])  # keeps the refusal in the trail, and raises it
    return False


def uploaded(request: HttpRequest, form: Form) -> bytes:
    """The file that came with a form; what is wrong with it stands in the form. Too large a one is not read."""
    file = request.FILES.get("content")
    if file is None:
        return b""
    if (size := file.size or 0) > rules.LARGEST:
        form.note(Invalid({"content": [rules.too_large(size)]}))
        return b""
    content = file.read()
    if why := rules.file_faults(content):
        form.note(Invalid({"content": why}))
    return content


def recorded(request: HttpRequest, ctx: Context, form: Form, **fixed: Any) -> Any:
    """Send the form of something that a person holds, with its file if there is one; nothing is kept by halves."""
    content = uploaded(request, form)
    if not form.fine or not (kept := submit(form, ctx, actions.record, inputs.RecordCredential, **fixed)):
        return None
    if content:
        given = inputs.KeepDocument.of(credential=kept.pk, content=content, **fixed)
        actions.keep_document(ctx.but(key=str(form.key)), given)
    return kept


@page(act="house.own")
def hand_in(request: HttpRequest, ctx: Context) -> HttpResponse:
    """Hand in something that one holds, with its file; it counts once somebody verified it."""
    form = Form.of(request)
    if form.sent and (kept := recorded(request, ctx, form)):
        text = f"{kept.name} is handed in. It counts once it is verified."
        return say(request, leave(request, reverse("credentials")), text)
    told = {"form": form, "kinds": list(queries.KINDS.items()), "names": queries.names(),
            "megabytes": rules.LARGEST // 1_000_000}  # fmt: skip
    return fragment(request, "credentials/hand_in.html", told, form.status)


@require_POST
@page(act="house.own")
def keep_of_credential(request: HttpRequest, ctx: Context, credential: UUID) -> HttpResponse:
    """One more file of a credential, one's own or, for who keeps them, another person's."""
    found = queries.credential(credential)
    return _kept(request, ctx, found.staff_id, credential=credential)


@require_POST
@page(act="house.own")
def keep_of_course(request: HttpRequest, ctx: Context, course: UUID) -> HttpResponse:
    """One more file of a course of one's own."""
    return _kept(request, ctx, queries.course(course).staff_id, course=course)


def _kept(request: HttpRequest, ctx: Context, staff: UUID, **what: UUID) -> HttpResponse:
    own, form = own_or(ctx, staff, MANAGE), Form.of(request)
    content = uploaded(request, form)
    fixed = {**what, "content": content, **({} if own else {"staff": staff})}
    if not form.fine or not submit(form, ctx, actions.keep_document, inputs.KeepDocument, **fixed):
        raise Invalid(form.faults)
    url = reverse("credentials") if own else reverse("credentials-staff", args=[staff])
    return say(request, leave(request, url), "The file is kept.")


@page(act="house.own")
def document(request: HttpRequest, ctx: Context, document: UUID) -> HttpResponse:
    """A file as it was handed in, to be saved: it is never shown inside a page of ours."""
    found = queries.file(document)
    own_or(ctx, found.staff_id, MANAGE)
    if not found.content:
        raise Missing("document", document)
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    # no name of a person in a file's name: it outlives the place it was meant for
    name = f"document-{found.sha256[:8]}.{queries.ENDINGS[found.media_type]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
