"""What a page does with a form that was sent to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from medassist.kernel.context import Context
from medassist.kernel.inputs import Inputs
from medassist.ui.forms import Form
from medassist.ui.pages import leave, say, submit


def sent(
    request: HttpRequest, ctx: Context, action: Callable, asked: type[Inputs], again: Callable[[Form], HttpResponse],
    url: str, text: str, **fixed: Any,
) -> HttpResponse:  # fmt: skip
    """Do what a form asks, say so on the page it belongs to; or show that page again with what is wrong."""
    form = Form.of(request)
    if submit(form, ctx, action, asked, **fixed):
        return say(request, leave(request, url), text)
    return again(form)
