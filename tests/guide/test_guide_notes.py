"""Notes to whoever builds or imports the data stand on no page, and no source goes by its id."""

import re

import pytest
from django.test import Client

from medassist.domain.credentials.rules import notes
from medassist.interfaces.web.guide import leaves, render
from medassist.interfaces.web.guide.words import LANGUAGES
from tests.credentials.test_notes import NAMES, file
from tests.guide.test_guide_pages import get, text_of

BUILDERS = re.compile(
    r"import (the|OEWS)|layout|show as fact|treat as wrong|for display|in the key|user interface|in store\b|UNVERIFIED|"
    r"\b[a-z0-9]+_[a-z0-9_]+\b"
)
"""Words to builders, and keys of the files."""


def for_builders(page):
    """Ids of sources, words to builders and keys of files that a reader sees on a page; addresses and acts aside."""
    ids = notes.ids_of(dict.fromkeys(one["id"] for name in NAMES for one in file(name)["sources"]))
    text = text_of(re.sub(r"<code.*?</code>|https?://[^\s<\"]+", " ", page))
    return [found.group() for found in (ids.search(text), BUILDERS.search(text)) if found]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_shows_an_id_of_a_source_or_a_note_to_builders(lang):
    for leaf in leaves.every().values():
        page = get(leaf.path, lang).content.decode().partition("<main")[2]
        assert not for_builders(page), leaf.path


@pytest.mark.django_db
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", ["US-CA", "US-ND", "US-SD", "US-WA"])
def test_the_planner_shows_no_id_of_a_source_and_no_note_to_builders(state, lang):
    for more in (
        "education=none",
        "education=program-other&graduated=2020-05-01",
        "lapsed_at=CMA-AAMA&lapsed_on=2026-01-01",
    ):
        answer = Client().get(f"{render.Served().to('ways', lang)}?state={state}&{more}")
        assert answer.status_code == 200 and 'id="src-1"' in answer.content.decode()
        assert not for_builders(answer.content.decode().partition("<main")[2]), more


@pytest.mark.parametrize(("lang", "word"), [("en", "Told by somebody"), ("es", "Dicho por alguien")])
def test_a_claim_that_the_file_does_not_want_shown_as_fact_is_told_as_a_claim(lang, word):
    text = text_of(get("certifications/cma-aama", lang))
    before, _, after = text.partition(word)
    assert "250" in after and "show as fact" not in text and "low" in after[:200]
