"""What every page is made with: the guard in front, the form behind, the answer as a whole page or as a part of one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cache, wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.template.loader_tags import ExtendsNode
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

from medassist.kernel import audit, reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, HouseError, Invalid, Missing, Refused
from medassist.kernel.inputs import Inputs
from medassist.ui.forms import Form

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Page:
    """What one page opens, lists or asks; `view` is its dotted name."""

    view: str
    opens: str = ""
    lists: str = ""
    act: str = ""
    public: bool = False


PAGES: dict[str, Page] = {}


def page(*, opens: str = "", lists: str = "", act: str = "", public: bool = False) -> Callable[[View], View]:
    """Make a view of (request, ctx, **from the address). It is closed unless it says what it opens, lists or asks."""
    if sum(map(bool, (opens, lists, public))) > 1 or not (opens or lists or public or act):
        raise TypeError("a page says one of opens=, lists=, public=True, or act=")

    def wrap(view: View) -> View:
        about = Page(f"{view.__module__}.{view.__qualname__}", opens, lists, act, public)
        PAGES[about.view] = about

        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
            ctx = getattr(request, "context", None)
            if ctx is None and not public:
                return _to_sign_in(request)
            with audit.together() if request.method == "POST" else nullcontext():
                answer = _answer(about, view, request, ctx, parts)
            if not public:
                answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        guarded.page = about  # type: ignore[attr-defined]
        return guarded

    return wrap


def _answer(about: Page, view: View, request: HttpRequest, ctx: Any, parts: Mapping[str, Any]) -> HttpResponse:
    try:
        _guard(about, ctx, parts)
        answer = view(request, ctx, **parts)
        _tell(about, request, ctx, answer)
    except HouseError as error:
        answer = explain(request, error)
    return answer


def _guard(about: Page, ctx: Any, parts: Mapping[str, Any]) -> None:
    """Ask before the view runs. A chart's opening leaves its entry here; a list's when its rows are known."""
    if about.opens:
        reading.opening(ctx, about.opens.format(**parts), about.act or "house.open_chart")
    elif about.lists:
        _must(ctx, about.act or "house.list", f"list/{about.lists}")
    elif about.act:
        _must(ctx, about.act, "office")


def _must(ctx: Context, act: str, subject: str) -> None:
    if not reading.may(ctx, act, subject).allowed:
        reading.opening(ctx, subject, act)  # keeps the refusal in the trail, and raises it


def listed(request: HttpRequest, ids: Iterable[UUID], **filters: Any) -> None:
    """Say whom a list shows, and by which filter; a page with lists= keeps it in the trail as it answers."""
    shown, _ = getattr(request, "listed", ([], {}))
    request.listed = (shown + [one for one in ids if one not in shown], filters)  # type: ignore[attr-defined]


def _tell(about: Page, request: HttpRequest, ctx: Any, answer: HttpResponse) -> None:
    if about.lists and hasattr(request, "listed") and answer.status_code < 300:
        ids, filters = request.listed
        reading.listing(ctx, about.lists, filters, ids, **({"act": about.act} if about.act else {}))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" and not part_wanted(request) else "/"
    url = f"{getattr(settings, 'MEDASSIST_SIGN_IN', '/signin')}?{urlencode({'next': back})}"
    return leave(request, url)


def submit(form: Form | HttpRequest, ctx: Context, action: Callable, inputs: type[Inputs], **fixed: Any) -> Any:
    """Send a form to an action: its result (True if it has none); None when unsent, or faults and doubts are in it."""
    form = form if isinstance(form, Form) else Form.of(form)
    if not form.sent:
        return None
    try:
        given = inputs.of(**{"confirmed": form.confirmed} | form.given(inputs) | fixed)
        result = action(ctx.but(key=str(form.key)), given)
    except Invalid as error:
        form.note(error)
        return None
    return True if result is None else result


def asked_day(text: str, today: date) -> date:
    """The day that an address names; today where it names none, or one that no office plans for or kept."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if date(1900, 1, 1) <= day <= date(2200, 1, 1) else today


def part_wanted(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page rather than a browser for the whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def fragment(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A whole page for a browser, only its work for htmx. A template that extends nothing is set into the base."""
    part, compiled = part_wanted(request), _compiled(template)
    values = {**(context or {}), "base": "ui/bare.html" if part else "ui/base.html"}
    extends = any(isinstance(node, ExtendsNode) for node in compiled.template.nodelist[:3])
    if not part and not extends:
        values["part"], compiled = template, _compiled("ui/whole.html")
    answer = HttpResponse(compiled.render(values, request), status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _compiled(template: str) -> Any:
    return loader.get_template(template)


def leave(request: HttpRequest, url: str) -> HttpResponse:
    """Go to another page, after a form or because one has to sign in."""
    if part_wanted(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303 if request.method == "POST" else 302)


def say(request: HttpRequest, answer: HttpResponse, text: str, state: str = "good", undo: str = "") -> HttpResponse:
    """Add a toast, here or on the page that comes next; `undo` is the address that takes it back."""
    if part_wanted(request) and "HX-Redirect" not in answer.headers:
        answer.headers["X-Say"] = json.dumps({"text": text, "state": state, "undo": undo})
    else:
        messages.info(request, text, extra_tags=f"{state} {undo}")
    return answer


STATUS = {Refused: 403, Missing: 404, Conflict: 409, Invalid: 422}


def explain(request: HttpRequest, error: HouseError) -> HttpResponse:
    """One of the four errors, kindly: what happened, why, and a way on."""
    kind = next(known for known in STATUS if isinstance(error, known))
    context = {"error": error, "back": _back(request), "status": STATUS[kind]}
    if isinstance(error, Refused):
        context |= {"ruling": error.ruling, "ways": _ways(request, error)}
    answer = fragment(request, f"ui/errors/{kind.__name__.lower()}.html", context, STATUS[kind])
    if part_wanted(request):
        # the work on the screen stays; the answer comes above it
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#answer", "innerHTML show:top"
    return answer


def _back(request: HttpRequest) -> str:
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    here = f"{request.scheme}://{request.get_host()}"
    return came.removeprefix(here) if came.startswith(here + "/") else "/"


def _ways(request: HttpRequest, error: Refused) -> list[dict[str, str]]:
    """What this office offers towards a yes: {"text", "sub", "url", "label"} each, by the functions in the settings."""
    return [way for path in getattr(settings, "MEDASSIST_WAYS", ()) for way in hook(path)(request, error.ruling)]


hook = cache(import_string)  # a function that the settings name


def wants_csv(request: HttpRequest) -> bool:
    """Whether the sender asked for a table rather than a page."""
    kinds = [part.partition(";")[0].strip() for part in request.headers.get("Accept", "").split(",")]
    return "text/csv" in kinds and kinds[0] != "text/html"


def table_csv(
    request: HttpRequest,
    name: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Mapping[str, Any]],
    anyway: bool = False,
) -> HttpResponse | None:
    """The page's main table as CSV where `Accept: text/csv` asks for it (or a button did), else None.

    Columns are (heading, key).
    """
    if not (anyway or wants_csv(request)):
        return None
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    patch_vary_headers(answer, ["Accept"])
    writer = csv.writer(answer)
    writer.writerow(heading for heading, _ in columns)
    for row in rows:
        writer.writerow(_cell(row.get(key)) for _, key in columns)
    return answer


def _cell(value: Any) -> Any:
    """A cell as text; one that a spreadsheet would take for a formula gets a mark before it."""
    if value is None:
        return ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t") else text
