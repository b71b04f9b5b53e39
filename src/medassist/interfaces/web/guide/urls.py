"""Where the guide's pages are: the first language under /guide, the other ones under /guide/xx."""

from __future__ import annotations

from django.urls import URLPattern, path

from medassist.interfaces.web.guide import views, ways
from medassist.interfaces.web.guide.words import LANGUAGES

PAGES = (
    ("", "guide"),
    ("/states", "guide-states"),
    ("/states/<str:code>", "guide-state"),
    ("/certifications", "guide-certifications"),
    ("/certifications/<str:slug>", "guide-certification"),
    ("/programs", "guide-programs"),
    ("/programs/<str:code>", "guide-programs-state"),
    ("/programs/<str:code>/<int:part>", "guide-programs-part"),
    ("/cities", "guide-cities"),
    ("/cities/<str:slug>", "guide-city"),
    ("/search", "guide-search"),
)


def _in(lang: str) -> list[URLPattern]:
    first = lang == LANGUAGES[0]
    root, tail = ("guide", "") if first else (f"guide/{lang}", f"-{lang}")
    leaves = (
        path(f"{root}{route}", views.leaf, {"lang": lang, "room": route.strip("/").partition("/")[0]}, f"{name}{tail}")
        for route, name in PAGES
    )
    return [path(f"{root}/ways", ways.ways, {"lang": lang}, f"guide-ways{tail}"), *leaves]


urlpatterns = [
    *(one for lang in LANGUAGES for one in _in(lang)),
    path("guide/", views.without_slash, name="guide-slash"),
    path("guide/<path:path>/", views.without_slash, name="guide-slash-below"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
