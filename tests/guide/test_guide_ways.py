"""The planner on screen: programs beside each other, both languages, and nothing said in the wrong one."""

import ast
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from medassist.domain.credentials import queries as credentials
from medassist.domain.credentials import rules as planning
from medassist.domain.credentials.rules import planning as ways
from medassist.domain.credentials.rules import typed
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.phrases import phrases, tell
from medassist.interfaces.web.guide.words import LANGUAGES, words
from tests.credentials.given import described, fresh, take
from tests.delegation.given import Office
from tests.guide.reading import texts
from tests.guide.test_guide_words import flat

__all__ = ["fresh"]
pytestmark = pytest.mark.django_db(transaction=True)
HERE = Path(__file__).parent.parent / "credentials"
PERSONAS = json.loads((HERE / "personas.json").read_text())
CHOICES = json.loads((HERE / "choices.json").read_text())
CHIPPEWA = "program/chippewa valley technical college|medical assistant|eau claire|wi"
SANDBURG = "program/carl sandburg college|medical assistant|galesburg|il"
OREGON = "program/central oregon community college|medical assistant|bend|or"
PORTLAND = "program/portland community college|medical assisting|portland|or"
ASKED = {"state": "US-WI", "education": "high-school", "budget": "6000"}
HARD = {
    "state": "US-CA", "education": "program-other", "graduated": "2015-01-01", "experience_months": "14",
    "worked_until": "2026-01-01", "failed": "CMA-AAMA=1,RMA-AMT=4,CCMA-NHA=3@2026-11-01", "hours_week": "20",
    "lapsed": "CMA-AAMA=2026-01-31,CCMA-CCBMA=2025-01-31,CPT-NHA=2020-01-01,RMA-AMT=2020-01-01", "budget": "150",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]")
ON = datetime.fromisoformat(PERSONAS["on"]).replace(hour=18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def day():
    """The day on which the personas ask."""
    with time_machine.travel(ON, tick=False):
        yield


def get(lang="en", headers=None, **asked):
    return Client().get("/guide/ways" if lang == "en" else f"/guide/{lang}/ways", asked, headers=headers)


def page(lang="en", **asked):
    return get(lang, **asked).content.decode()


def columns(text):
    """Cells of the program's row of what stands side by side."""
    table = text.partition('<table class="table beside">')[2].partition("</table>")[0]
    return re.findall(r"<td[^>]*>(.*?)</td>", table.partition("Program</th>")[2].partition("</tr>")[0])


# programs


def test_a_program_that_was_chosen_stands_on_the_ways_with_its_price_source_and_day():
    text = page(**ASKED, program=CHIPPEWA)
    beside = text.partition('<table class="table beside">')[2].partition("</table>")[0]
    assert columns(text) == ["Medical Assistant, Chippewa Valley Technical College"] * 3
    assert "6590 USD" in beside and "Tuition of the program: 6440" in beside and "over your budget" in beside
    assert "from Nov 26, 2027" in beside and "12 months by its source, begun today." in beside
    number = re.search(r'Tuition of the program: 6440 <a class="ref" href="#src-(\d+)"', beside).group(1)
    source = text.partition(f'<li id="src-{number}"')[2].partition("</li>")[0]
    assert "leadertelegram.com" in source and "2020" in source and "page on the program" in source
    assert 'name="program" value="program/chippewa valley' in text.partition('class="plan-form"')[2]


def test_programs_stand_beside_each_other_on_one_way_and_the_soonest_is_marked():
    text = page(state="US-OR", education="high-school", program=[OREGON, PORTLAND])
    assert sorted(columns(text)) == [
        "Medical Assistant, Central Oregon Community College", "Medical Assisting, Portland Community College",
    ]  # fmt: skip
    assert text.count("soonest of the known days") == 1 and "lowest of the known tuitions" not in text
    cma = page(state="US-OR", education="high-school", program=[OREGON, PORTLAND], compare="CMA-AAMA.cat1")
    assert len(columns(cma)) == 2 and "Who accredits the program was not found" in cma
    assert "soonest of the known days" not in cma  # of one alone no day is known: that is no comparison
    one = page(state="US-OR", education="high-school", program=[OREGON, PORTLAND], compare="CMA-AAMA.cat1@1")
    assert columns(one) == ["Medical Assisting, Portland Community College"]


def test_an_unknown_program_is_said_beside_the_form_and_known_ones_stay_ticked():
    for lang, told in (("en", "No program has the key"), ("es", "Ningún programa tiene la clave")):
        answer = get(lang, **ASKED, program=["nonsense", CHIPPEWA])
        text = answer.content.decode()
        assert answer.status_code == 422 and told in text
        assert text.count('name="program"') == 1 and 'value="program/chippewa valley' in text


def test_the_seed_is_shown_when_it_is_asked_for_and_old_pages_when_they_are():
    plain = page(**ASKED)
    assert 'id="programs"' not in plain and "&amp;seed=yes#programs" in plain
    seed = page(**ASKED, seed="yes")
    panel = seed.partition('id="programs"')[2].partition("</section>")[0]
    assert "Chippewa Valley" in panel and "Rasmussen" not in panel and "a beginning, not a directory" in panel
    assert "&amp;old=yes#programs" in panel and 'name="seed" value="yes"' in panel
    assert "Rasmussen" in page(**ASKED, seed="yes", old="yes").partition('id="programs"')[2]


def test_without_a_choice_no_way_and_no_table_speaks_of_programs_that_were_chosen():
    text = page(**ASKED)
    assert 'scope="row">Program</th>' not in text and 'name="starts"' not in text and "@0" not in text
    head = get(**ASKED, headers={"accept": "text/csv"}).content.decode().splitlines()[0]
    assert not head.endswith("Program")
    lines = get(**ASKED, program=CHIPPEWA, headers={"accept": "text/csv"}).content.decode().splitlines()
    assert lines[0].endswith("Program") and any(line.endswith(CHIPPEWA) for line in lines)


def test_who_begins_no_way_with_a_program_is_told_that_the_choice_changes_nothing():
    asked = {"state": "US-IL", "education": "program-accredited", "graduated": "2026-08-01", "accreditor": "CAAHEP"}
    text = page(**asked, program=SANDBURG)
    assert "the choice changes nothing" in text and 'scope="row">Program</th>' not in text
    assert 'id="seed"' not in page(**asked)


# languages


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_leads_to_the_same_question_in_the_other_language(lang):
    asked = {**ASKED, "program": [CHIPPEWA, SANDBURG], "starts": "2027-01-15", "compare": "RMA-AMT.education"}
    other, root = ("es", "/guide/es/ways") if lang == "en" else ("en", "/guide/ways")
    text = page(lang, **asked)
    query = urlencode(asked, doseq=True).replace("&", "&amp;")
    assert f'href="{root}?{query}" lang="{other}" hreflang="{other}"' in text
    assert '<link rel="alternate" hreflang="es" href="http://testserver/guide/es/ways">' in text
    assert f'<link rel="canonical" href="http://testserver/guide{"" if lang == "en" else "/es"}/ways">' in text
    assert f'<html lang="{lang}">' in text and f'itemprop="inLanguage" content="{lang}"' in text
    assert f'action="/guide{"" if lang == "en" else "/es"}/ways' in text and text.count('aria-current="page"') == 1


def patterns():
    """Every pattern of the rules' sentences."""
    found = {*typed.HOW.values(), typed.UNKNOWN, *(pattern for _, pattern in ways.LENGTH)}
    for path in Path(planning.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def test_every_sentence_of_the_rules_has_its_spanish_with_the_same_gaps():
    known = phrases("es")
    assert set(known) == patterns()
    for pattern, text in known.items():
        gaps, own = (sorted(re.findall(r"{[^}]*}", one)) for one in (pattern, text))
        assert gaps == own, pattern


def test_the_frame_of_english_schooling_is_that_of_the_rules():
    for text in planning.EDUCATION.values():
        assert tell("en", text) == str(text) and tell("es", text) == phrases("es")[text]


@cache
def spanish():
    """What a Spanish page may say: its frame texts between their gaps, and names."""
    frames = [one for _, one in flat(words("es"))] + list(phrases("es").values())
    every = [text for one in frames for text in (one if isinstance(one, list) else [one])]
    parts = {part.strip(" ,;:.") for text in every for part in re.split(r"{[^}]*}", text)}
    return [re.compile(rf"(?<!\w){re.escape(one)}(?!\w)") for one in {*parts, *names()} if WORD.search(one)]


def names():
    """Proper names that are the same in every language: of states, issuers, accreditors, schools and their programs."""
    book = credentials.book()
    yield from (rules.known(code).name for code in rules.states())
    for one in book.credentials.values():
        yield from (one.code, one.abbreviation, one.issuer, *(route.name for route in one.routes))
    yield from (*book.programmatic, *book.institutional, *rules.states(), *planning.EDUCATION, "medassist", "USD")
    yield from (text for one in credentials.shipped().entries for text in (one.school, one.program, one.state))


@cache
def uncovered(said):
    """Of a text, what no frame text and no name covers."""
    left = list(re.sub(r"https?://\S+", "", said))
    for one in spanish():
        for found in one.finditer("".join(re.sub(r"https?://\S+", "", said))):
            left[found.start() : found.end()] = " " * len(found.group())
    return "".join(left) if WORD.search("".join(left)) else ""


def leftovers(text):
    """Each text that is not marked English and is not all Spanish frame and names, with what is left of it."""
    yield from ((said, uncovered(said)) for lang, said in texts(text) if lang == "es" and uncovered(said))


ASKERS = [one["asked"] for one in (*PERSONAS["personas"], *CHOICES["choices"])] + [HARD, {}, {**ASKED, "seed": "yes"}]


@pytest.mark.parametrize("asked", ASKERS, ids=lambda one: one.get("state", "nothing"))
def test_no_english_sentence_is_left_on_the_spanish_page(asked):
    answer = get("es", **asked)
    assert answer.status_code == 200 and list(leftovers(answer.content.decode())) == []


WRONG = [
    {"state": "US-ZZ", "education": "x", "hours_week": "0", "budget": "-1", "experience_months": "many"},
    {"state": "US-TX", "education": "program-other", "graduated": "2027-01-01", "finishes": "2025-01-01"},
    {"state": "US-TX", "education": "program-other", "accreditor": "CAHEP", "starts": "2020-01-01"},
    {"state": "US-TX", "education": "program-accredited", "accreditor": "Higher Learning Commission"},
    {
        "state": "US-TX",
        "failed_at": "RMA-AMT",
        "failed_count": "99",
        "lapsed_at": "CMA-AAMA",
        "lapsed_on": "2999-01-01",
    },
    {"state": "US-TX", "worked_until": "2026-01-01", "failed": "CMA=1", "lapsed": "RMA-AMT=soon"},
    {"state": "US-TX", "education": "high-school", "graduated": "2026-01-01", "program": [f"x{at}" for at in range(5)]},
]


@pytest.mark.parametrize("asked", WRONG)
def test_what_cannot_be_is_said_in_spanish_too(asked):
    answer = get("es", **asked)
    typed_in = {value for one in asked.values() for value in (one if isinstance(one, list) else [one])} | {"RMA", "CMA"}
    left = [(said, rest) for said, rest in leftovers(answer.content.decode()) if not _typed(rest, typed_in)]
    assert answer.status_code == 422 and left == []


def _typed(rest, typed_in):
    return all(any(word in one for one in typed_in) for word in re.findall(r"[^\W\d_]+", rest))


def test_the_walk_finds_what_is_not_spanish():
    english = page(**ASKED, program=CHIPPEWA).replace('lang="en"', 'lang="es"')
    found = {said for said, _ in leftovers(english)}
    assert {"Your ways to certification", "Must hold too", "Pass the examination", "over your budget"} <= found


def test_dates_are_written_as_the_language_writes_them():
    assert "27 de nov. de 2026" not in page(**ASKED) and "26 de nov. de 2026" in page("es", **ASKED)


# size


def test_four_programs_of_lists_that_disagree_stay_a_small_page(transactional_db, fresh):
    office = Office()
    rows = described(school="School 0", accreditor="CAAHEP", tuition_usd="9000", length_months="9", state="WI")
    rows += "".join(
        described(school=f"Made-up Community College number {at}", tuition_usd=f"{9000 + at}", state="WI",
                  length_months="10").splitlines()[1] + "\n" for at in range(1, 30)
    )  # fmt: skip
    take(office, "csv", rows)
    take(office, "csv", rows.replace(",9", ",8").replace("made-up.example/ma", "made-up.example/another/page/of/it"))
    keys = [one.key for one in credentials.programs_now().of_state("US-WI") if one.told][:4]
    assert len(keys) == 4
    for lang in LANGUAGES:
        answer = get(lang, **ASKED, program=keys, seed="yes", old="yes")
        assert answer.status_code == 200 and len(answer.content) <= 100_000, (lang, len(answer.content))
        assert ("told otherwise" if lang == "en" else "otra fuente dice") in answer.content.decode()


def test_a_plan_with_programs_asks_the_database_for_no_more(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        get("es", **ASKED, program=[CHIPPEWA, SANDBURG])
