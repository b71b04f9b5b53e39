"""The frame texts: the same in every language, with a word for everything that the data names."""

import re

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.certifications import HEAD
from medassist.interfaces.web.guide.words import LANGUAGES, count, words


def flat(raw, key=""):
    if isinstance(raw, dict):
        for name, one in raw.items():
            yield from flat(one, f"{key}.{name}")
    else:
        yield key, raw


def test_every_language_has_the_same_texts_with_the_same_gaps():
    first, *others = (dict(flat({k: v for k, v in words(lang).items() if k != "acts"})) for lang in LANGUAGES)
    for other in others:
        assert list(other) == list(first)
        for key, text in first.items():
            gaps, own = (sorted(re.findall(r"{\w*}", str(one))) for one in (text, other[key]))
            assert gaps == own, key
    assert all(text for one in (first, *others) for text in one.values())


def test_every_act_that_a_page_shows_has_a_name_in_spanish():
    named = words("es")["acts"]
    assert set(named) == {*rules.acts().clinical, *rules.acts().administrative}
    assert len(set(named.values())) == len(named)


def test_every_field_of_the_certifications_has_a_label():
    told = set()

    def walk(raw):
        if isinstance(raw, dict):
            for key, one in raw.items():
                told.add(key.removesuffix("_source").removesuffix("_confidence"))
                walk(one)
        elif isinstance(raw, list):
            for one in raw:
                walk(one)

    for one in credentials.book().credentials.values():
        walk({key: value for key, value in one.raw.items() if key not in HEAD})
    known = {"value", "source", "confidence", "note", "code", "exam", "eligibility", "renewal", "validity_months",
             "accredited_by", "body"}  # fmt: skip
    for lang in LANGUAGES:
        assert not sorted(told - known - set(words(lang)["fields"])), lang


def test_numbers_agree_with_their_nouns():
    assert count("en", 1, "programs") == "1 program" and count("es", 1200, "programs") == "1,200 programas"
