"""Searching the guide: ranked, by beginnings, without accents, never empty-handed without a word."""

import re
from html import unescape

import pytest
from django.test import Client

from medassist.interfaces.web.guide import leaves, render, search


def hits(query, lang="en"):
    page = Client().get(render.Served().to("search", lang), {"q": query}).content.decode()
    return re.findall(r'<li><a href="([^"]+)">', page.partition('class="hits"')[2])


@pytest.mark.parametrize(
    ("query", "lang", "first"),
    [
        ("california venipuncture", "en", "/guide/states/US-CA#specimen.venipuncture"),
        ("intravenous florida", "en", "/guide/states/US-FL#injection.intravenous"),
        ("NCMA NCCT", "en", "/guide/certifications/ncma-ncct"),
        ("extracción texas", "es", "/guide/es/states/US-TX#specimen.venipuncture"),
        ("extraccion Tejas", "es", None),
        ("EXTRACCION texas", "es", "/guide/es/states/US-TX#specimen.venipuncture"),
        ("Seattle", "en", "/guide/cities/seattle"),
    ],
)
def test_what_fits_best_stands_first(query, lang, first):
    assert next(iter(hits(query, lang)), None) == first


def test_the_beginning_of_a_word_is_enough():
    assert "/guide/states/US-CA#specimen.venipuncture" in hits("VENIPUNC Calif")[:3]
    assert set(hits("spirom")) == set(hits("spirometry"))


def test_both_issuers_of_the_same_letters_come_before_what_only_mentions_them():
    assert set(hits("CCMA")[:2]) == {"/guide/certifications/ccma-nha", "/guide/certifications/ccma-ccbma"}


def test_every_word_must_be_there():
    index = search.index("en", render.stamp())
    both = {(one.path, one.anchor) for _, one in index.search("spirometry texas")}
    assert both and both < {(one.path, one.anchor) for _, one in index.search("spirometry")}


def test_an_empty_question_asks_back_and_a_vain_one_says_where_to_go_on():
    empty, blank = (Client().get("/guide/search", {"q": q}).content.decode() for q in ("", "   "))
    assert "What are you looking for?" in empty and "What are you looking for?" in blank
    page = Client().get("/guide/search?q=zyxgard").content.decode()
    assert "Nothing was found for “zyxgard”" in page and 'href="/guide/states"' in page
    assert "No se encontró nada para «zyxgard»" in Client().get("/guide/es/search?q=zyxgard").content.decode()


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "%", "\x00", "'; drop table", "§", "a" * 5000, "🙂"])
def test_whatever_is_asked_it_is_only_a_question(query):
    answer = Client().get("/guide/search", {"q": query})
    assert (
        answer.status_code == 200 and "<script>alert" not in answer.content.decode() and len(answer.content) < 100_000
    )


def test_a_snippet_shows_where_the_words_are_and_stays_text():
    made = search.snippet(
        "Fish & chips <b>with</b> a very long tail " + "word " * 80 + "venipuncture at the end", "venip"
    )
    assert "<mark>venipuncture</mark>" in made and made.startswith("… ")
    assert "&lt;b&gt;" in search.snippet("Fish <b>with</b> chips", "fish")


def test_an_accent_in_the_text_or_in_the_question_makes_no_difference():
    assert "<mark>extracción</mark>" in search.snippet("La extracción de sangre", "EXTRACCION")
    assert search.folded("Señal, EXTRACCIÓN") == ["senal", "extraccion"]


def test_every_place_that_is_found_is_there():
    for lang in ("en", "es"):
        for one in search.index(lang, render.stamp()).parts:
            page = render.page(leaves.every()[one.path], lang)[0].decode()
            assert not one.anchor or f'id="{one.anchor}"' in page
            assert one.page in unescape(page)


def test_a_search_page_is_not_for_search_engines_and_has_the_key():
    page = Client().get("/guide/search?q=texas").content.decode()
    assert 'content="noindex"' in page and "data-search" in page and 'value="texas"' in page
