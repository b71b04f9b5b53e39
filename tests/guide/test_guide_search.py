"""Searching the guide: ranked, by beginnings, without accents, never empty-handed without a word."""

import re
from html import unescape

import pytest
from django.test import Client

from medassist.interfaces.web.guide import asked, leaves, render, search
from medassist.interfaces.web.guide.words import LANGUAGES


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


ASKED = [
    ("en", "injection", "/guide/states/US-CA#injection.intravenous"),
    ("en", "can a medical assistant give shots", "/guide/states/US-CA#injection.intravenous"),
    ("en", "shots in Texas", "/guide/states/US-TX#injection.intramuscular"),
    ("en", "botox nevada", "/guide/states/US-NV#injection.intramuscular"),
    ("en", "How much does the CCMA cost?", "/guide/certifications/ccma-nha"),
    ("en", "blood draw california", "/guide/states/US-CA#specimen.venipuncture"),
    ("en", "can an MA start an IV in Florida", "/guide/states/US-FL#iv.start"),
    ("en", "medical assistant salary seattle", "/guide/cities/seattle#pay"),
    ("en", "how much do medical assistants make", "/guide#pay"),
    ("en", "cma renewal", "/guide/certifications/cma-aama#renewal"),
    ("en", "how long is the CCMA valid", "/guide/certifications/ccma-nha#validity_months"),
    ("en", "rma exam", "/guide/certifications/rma-amt#exam"),
    ("en", "vaccines New York", "/guide/states/US-NY#immunization.administer"),
    ("en", "flu shot ohio", "/guide/states/US-OH#immunization.administer"),
    ("en", "EKG California", "/guide/states/US-CA#ecg.perform"),
    ("en", "remove stitches texas", "/guide/states/US-TX#suture.remove"),
    ("en", "is certification required in Washington", "/guide/states/US-WA"),
    ("en", "schools in Houston", "/guide/cities/houston#programs"),
    ("en", "refill a prescription in new jersey", "/guide/states/US-NJ#refill.relay"),
    ("en", "online programs texas", "/guide/programs/US-TX"),
    ("en", "texas", "/guide/states/US-TX"),
    ("en", "phlebotomy certification", "/guide/certifications/cpt-nha"),
    ("en", "inyeccion", "/guide/states/US-CA#injection.intravenous"),
    ("en", "vacuna florida", "/guide/states/US-FL#immunization.administer"),
    ("es", "¿cuánto gana un asistente médico?", "/guide/es#pay"),
    ("es", "cuanto cuesta el CCMA", "/guide/es/certifications/ccma-nha"),
    ("es", "sacar sangre texas", "/guide/es/states/US-TX#specimen.venipuncture"),
    ("es", "puede un asistente médico poner inyecciones", "/guide/es/states/US-CA#injection.intravenous"),
    ("es", "injection", "/guide/es/states/US-CA#injection.intravenous"),
]


@pytest.mark.parametrize(("lang", "query", "wanted"), ASKED)
def test_what_people_ask_is_among_the_first_three(lang, query, wanted):
    assert wanted in hits(query, lang)[:3]


def test_where_nothing_was_found_stands_last():
    index = search.index("en", render.stamp())
    found = [part for _, part in index.search("injection")]
    rules_first = [part.nothing for part in found[: len(found) // 3]]
    assert not any(rules_first) and any(part.nothing for part in found)
    assert "states/US-CA#xray.perform" in "".join(hits("x-ray california")[:1])  # but it answers who asks for it


def test_every_word_of_the_reading_has_a_reason_and_leads_to_words_that_pages_have():
    for lang in LANGUAGES:
        index, raw = search.index(lang, render.stamp()), asked.book()[lang]
        for one in raw["synonyms"]:
            assert len(asked.folded(one["said"])) <= 2  # what a question is read by: words and pairs of words
            assert one["why"] and one["said"] not in raw["dropped"].split(), one
            assert all(word in index.found for means in one["means"] for word in asked.folded(means)), one
        assert asked.folded(raw["dropped"]) == raw["dropped"].split()


def test_words_that_say_nothing_are_asked_when_there_are_no_others():
    assert [term.word for term in asked.reading("en").terms("what can I do")] == ["what", "can", "i", "do"]
    assert [term.word for term in asked.reading("en").terms("what is a medical assistant")] == ["medical", "assistant"]
    assert all(term.needed for term in asked.reading("en").terms("medical assistant"))


def test_all_that_is_found_stands_on_pages_and_each_once():
    index = search.index("en", render.stamp())
    found = [
        f"/guide/{part.path}".rstrip("/") + (f"#{part.anchor}" if part.anchor else "")
        for _, part in index.search("injection")
    ]
    pages = -(-len(found) // search.MOST)
    shown = []
    for page in range(1, pages + 1):
        text = Client().get("/guide/search", {"q": "injection", "page": page}).content.decode()
        first, last = (page - 1) * search.MOST + 1, min(page * search.MOST, len(found))
        assert f"{first} to {last} of {len(found)}" in text and 'aria-current="true"' in text
        shown += re.findall(r'<li><a href="([^"]+)">', text.partition('class="hits"')[2])
    assert shown == found and pages > 5


@pytest.mark.parametrize("page", ["0", "999", "x", "-1", "²"])
def test_a_page_of_results_that_is_not_there_is_told(page):
    answer = Client().get("/guide/search", {"q": "injection", "page": page})
    assert answer.status_code == 422 and f"There is no page {page}" in answer.content.decode()


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
    assert asked.folded("Señal, EXTRACCIÓN") == ["senal", "extraccion"]


def test_every_place_that_is_found_is_there():
    for lang in ("en", "es"):
        for one in search.index(lang, render.stamp()).parts:
            page = render.page(leaves.every()[one.path], lang)[0].decode()
            assert not one.anchor or f'id="{one.anchor}"' in page
            assert one.page in unescape(page)


def test_a_search_page_is_not_for_search_engines_and_has_the_key():
    page = Client().get("/guide/search?q=texas").content.decode()
    assert 'content="noindex"' in page and "data-search" in page and 'value="texas"' in page
