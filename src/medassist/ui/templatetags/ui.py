"""Tags of the look: icons and the shapes of a state, small drawings, the hidden fields of a form."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from medassist.kernel.identifiers import uuid7
from medassist.ui import drawings

register = template.Library()

# What a shape says when it stands alone
WORDS = {
    "none": "Open",
    "info": "Worth knowing",
    "good": "Done",
    "watch": "Look soon",
    "act": "Act now",
    "stop": "Stop",
}


@cache
def _sprite() -> str:
    return static("ui/icons.svg")


def sprite() -> str:
    """Where the icons lie; asked once, as the name is in every line of a board."""
    return static("ui/icons.svg") if settings.DEBUG else _sprite()


register.simple_tag(sprite, name="sprite_url")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon; hidden from readers unless it stands alone and has a name."""
    told = f'role="img" aria-label="{conditional_escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(
        f'<svg class="i" viewBox="0 0 24 24" {told}><use href="{sprite()}#i-{conditional_escape(name)}"/></svg>'
    )


@register.simple_tag
def shape(state: str, label: str = "", ink: bool = False) -> SafeString:
    """The shape of a state; beside a word it is hidden from readers, alone it carries the word."""
    if state not in WORDS:
        return mark_safe("")
    told = f'role="img" aria-label="{conditional_escape(label)}"' if label else 'aria-hidden="true"'
    kind = "mk k-ink" if ink else "mk"
    return mark_safe(f'<svg class="{kind}" viewBox="0 0 16 16" {told}><use href="{sprite()}#m-{state}"/></svg>')


@register.filter
def word_of(state: str) -> str:
    """What a state is called."""
    return WORDS.get(state, "")


@register.simple_tag(takes_context=True)
def form_key(context: template.Context, form: Any = None) -> SafeString:
    """The request's own name: sending the same form twice does the thing once."""
    key = getattr(form, "key", None) or uuid7()
    return format_html('<input type="hidden" name="form_key" value="{}">', key)


@register.filter
def field(form: Any, name: str) -> Any:
    """A field whose name has dots: form|field:"names.0.family"."""
    return form[name]


@register.simple_tag
def link(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, or nothing where this office has no such page: then its control is not shown."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag
def spark(points: Any, band: Any = None) -> SafeString:
    """A line of the last values with the usual range behind it; the numbers stand beside it."""
    return drawings.spark(points, band)


@register.simple_tag
def range_bar(value: Any, low: Any, high: Any) -> SafeString:
    """Where a value lies in its range."""
    return drawings.range_bar(value, low, high)


@register.simple_tag
def age_bar(share: float, due: float = 1.0) -> SafeString:
    """How much of the time something may take is gone."""
    return drawings.age_bar(share, due)


@register.simple_tag
def progress(share: float, kind: str = "now") -> SafeString:
    """How far something is, from 0 to 1."""
    return drawings.progress(share, kind)
