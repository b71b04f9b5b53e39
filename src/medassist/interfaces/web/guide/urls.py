"""Where the guide's pages are: the first language under /guide, the other ones under /guide/xx."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from medassist.interfaces.web.guide import views
from medassist.interfaces.web.guide.words import LANGUAGES

PAGES: tuple[tuple[str, Any, str], ...] = (
    ("", views.front, "guide"),
    ("/states", views.states, "guide-states"),
    ("/states/<str:code>", views.state, "guide-state"),
    ("/certifications", views.certifications, "guide-certifications"),
    ("/certifications/<str:slug>", views.certification, "guide-certification"),
    ("/programs", views.programs, "guide-programs"),
    ("/programs/<str:code>", views.programs_state, "guide-programs-state"),
    ("/cities", views.cities, "guide-cities"),
    ("/cities/<str:slug>", views.city, "guide-city"),
    ("/search", views.search, "guide-search"),
)


def _in(lang: str) -> list[URLPattern]:
    first = lang == LANGUAGES[0]
    root, tail = ("guide", "") if first else (f"guide/{lang}", f"-{lang}")
    return [path(f"{root}{route}", view, {"lang": lang}, name=f"{name}{tail}") for route, view, name in PAGES]


urlpatterns = [
    *(one for lang in LANGUAGES for one in _in(lang)),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
