"""The guide's addresses. Every page is public, waits for no database and is the same for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template import loader
from django.utils.cache import get_conditional_response, patch_vary_headers

from medassist.domain.credentials import queries as credentials
from medassist.interfaces.web.guide import leaves, render
from medassist.interfaces.web.guide import search as searching
from medassist.interfaces.web.guide.leaf import Leaf
from medassist.interfaces.web.guide.words import LANGUAGES, words
from medassist.ui import shell
from medassist.ui.pages import page, table_csv, wants_csv


@page(public=True)
def leaf(
    request: HttpRequest, ctx: Any, lang: str, room: str, code: str = "", slug: str = "", part: int | None = None
) -> HttpResponse:
    """One page: a room of the guide, or what stands in it under a code (US-TX, and its second page) or a slug."""
    names = (room, code.upper(), slug.lower(), "" if part is None else str(part))
    with credentials.pinned(credentials.programs_now()):
        return answer(request, "/".join(filter(None, names)), lang)


@page(public=True)
def without_slash(request: HttpRequest, ctx: Any, path: str = "") -> HttpResponse:
    """An address that ends in a slash leads to the one without."""
    return _moved(request, path.strip("/"), LANGUAGES[0])


@page(public=True)
def robots(request: HttpRequest, ctx: Any) -> HttpResponse:
    """The guide may be read by everybody; nothing else is for machines that collect."""
    text = f"User-agent: *\nAllow: /guide\nDisallow: /\nSitemap: {base(request)}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@page(public=True)
def sitemap(request: HttpRequest, ctx: Any) -> HttpResponse:
    """Every page in every language."""
    with credentials.pinned(credentials.programs_now()):
        told = sitemap_of(render.Served(base(request)))
    return HttpResponse(told, content_type="application/xml; charset=utf-8")


def sitemap_of(site: render.Site) -> str:
    """The site map of a site whose whole addresses are known."""
    paths = [leaf.path for leaf in leaves.every().values() if leaf.kept]
    if site.served:
        paths.append("ways")  # a page that asks needs the server
    pages = [[(lang, site.whole(path, lang)) for lang in LANGUAGES] for path in paths]
    return loader.get_template("guide/sitemap.xml").render({"pages": pages})


def answer(request: HttpRequest, path: str, lang: str) -> HttpResponse:
    """A page; its table where CSV is asked for; a kind word where there is no such page."""
    leaf = searching.LEAF if path == searching.LEAF.path else leaves.every().get(path)
    if leaf is None:
        room, _, rest = path.partition("/")
        whole = f"{room}/US-{rest}"  # CA for US-CA, as everybody writes it
        return _moved(request, whole, lang) if whole in leaves.every() else _missing(request, path, lang)
    asked = {name: request.GET[name] for name in leaf.asks if request.GET.get(name)}
    if wants_csv(request):
        told = leaf.told(lang, asked)
        name, columns = told.get("table", ("", ()))
        if name and (csv := table_csv(request, name, columns, told["rows"])):
            return csv
    return _asked(request, leaf, lang, asked) if asked or not leaf.kept else _kept(request, leaf, lang)


def _moved(request: HttpRequest, path: str, lang: str) -> HttpResponse:
    """For ever at another address, with the same question."""
    query = f"?{asked}" if (asked := request.META.get("QUERY_STRING")) else ""
    return HttpResponsePermanentRedirect(render.Served().to(path, lang) + query)


def _kept(request: HttpRequest, leaf: Leaf, lang: str) -> HttpResponse:
    body, mark = render.page(leaf, lang)
    look = shell.look(request)
    made = HttpResponse(render.at(body, base(request), look))
    made.headers["ETag"] = f'"{"-".join(filter(None, (mark, *look.values())))}"'
    keep(request, made)
    return get_conditional_response(request, etag=made.headers["ETag"], response=made) or made


def _asked(request: HttpRequest, leaf: Leaf, lang: str, asked: dict[str, str]) -> HttpResponse:
    told = leaf.told(lang, asked)
    body = render.html(leaf, lang, render.Served(), told).encode()
    made = HttpResponse(render.at(body, base(request), shell.look(request)), status=told.get("status", 200))
    keep(request, made)
    return made


def _missing(request: HttpRequest, path: str, lang: str) -> HttpResponse:
    """404, with the list in which the page would stand."""
    room = path.partition("/")[0]
    told = {"title": words(lang)["missing"]["title"], "about": "", "room": room, "asked": path.rpartition("/")[2]}
    leaf = Leaf(room, "guide/missing.html", lambda lang, asked: told, kept=False)
    body = render.html(leaf, lang, render.Served(), told).encode()
    return HttpResponse(render.at(body, base(request), shell.look(request)), status=404)


def base(request: HttpRequest) -> str:
    """The beginning of whole addresses, as this page was asked for."""
    return f"{request.scheme}://{request.get_host()}"


def keep(request: HttpRequest, made: HttpResponse) -> None:
    """Say who may keep a page, and for how long."""
    # asked about again each time: then it costs no more than its headers. Beside a cookie nobody else may keep it
    made.headers["Cache-Control"] = "private, no-cache" if request.COOKIES else "public, no-cache"
    patch_vary_headers(made, ["Cookie", "Accept"])
