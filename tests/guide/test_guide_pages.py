"""The public guide: every page for everybody, with everything that its file says. No test here may touch a database."""

import re
from html import unescape

import pytest
from django.test import Client

from medassist.domain.credentials import queries as credentials
from medassist.domain.credentials.rules import notes
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide import cities, leaves, render
from medassist.interfaces.web.guide.certifications import slug
from medassist.interfaces.web.guide.words import LANGUAGES, words
from tests.credentials.test_notes import LEFT_OUT, file, texts

CODES = tuple(credentials.book().credentials)
NOT_TOLD = {"source", "sources", "code", "import_layouts", "schema"}


def get(path, lang="en", **headers):
    return Client().get(render.Served().to(path, lang), headers=headers)


def text_of(answer):
    """What a reader reads: no marks, one blank between words."""
    page = answer if isinstance(answer, str) else answer.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def squeezed(text):
    return re.sub(r"[\s,]+", "", str(text))


def scalars(raw, key=""):
    """Every value that a file says, with its key; ids of sources and codes are not told."""
    if isinstance(raw, dict):
        for name, one in raw.items():
            if name not in NOT_TOLD and not name.endswith(("_source", "_sources")):
                yield from scalars(one, name)
    elif isinstance(raw, list):
        for one in raw:
            yield from scalars(one, key)
    elif raw is not None and not isinstance(raw, bool):
        yield key, raw


def left_out(name):
    """Texts of a file that hold words for builders, with these words."""
    said, found = dict(texts(file(name))), {}
    for one in LEFT_OUT:
        if one["file"] == name:
            found.setdefault(said[one["path"]], []).extend(one["words"])
    return found


def shown(said, raw, left_out):
    """What a page makes of a text: without words for builders, with a number where it names a source."""
    for words_ in left_out.get(said, ()):
        said = said.replace(words_, "")
    ids = notes.ids_of(dict.fromkeys(one["id"] for one in raw["sources"]))
    said = re.sub(rf"^({ids.pattern}): (.*)$", r"\2 (\1)", str(said))
    return squeezed(ids.sub("source #", said)).casefold()


def numbered(text):
    return re.sub(r"source\d+", "source#", squeezed(text)).casefold()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_there_for_everybody_small_and_whole(lang):
    for leaf in leaves.every().values():
        answer = get(leaf.path, lang)
        page = answer.content.decode()
        assert answer.status_code == 200, leaf.path
        assert len(answer.content) <= 100_000, leaf.path
        assert f'<html lang="{lang}">' in page and page.count("<h1") == 1, leaf.path
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page), leaf.path
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (leaf.path, [one for one in ids if ids.count(one) > 1])
        assert "base.invalid" not in page and "{" not in text_of(answer).replace("{}", ""), leaf.path


@pytest.mark.parametrize("code", rules.states())
def test_a_state_shows_all_that_its_file_says_in_both_languages(code):
    data = rules.state(code).data
    for lang in LANGUAGES:
        page = get(f"states/{code}", lang).content.decode()
        text = text_of(page)
        for act in rules.acts().clinical:
            assert f'id="{act}"' in page
        for source in data["sources"]:
            assert " ".join(f"{source['citation']} {source['title']}".split()) in text, source
            assert source["url"].replace("&", "&amp;").replace("'", "&#x27;") in page
        said = [data["certification"]["note"], data["title_protection"], (data.get("effective") or {}).get("note")]
        said += [one["conditions"].get("other") for one in data["acts"]]
        for one in data["acts"]:
            for row in one["conditions"].get("credential_rules", ()):
                said += [row["conditions"].get("other"), row["credential"] if row["credential"] != "none" else ""]
        for words_ in filter(None, said):
            assert " ".join(words_.split()) in text, words_


def test_an_act_that_is_not_in_the_file_is_shown_as_not_found_and_a_conflict_as_one():
    silent = next(c for c in rules.states() if "xray.perform" not in rules.state(c))
    row = get(f"states/{silent}").content.decode().partition('id="xray.perform"')[2].partition("</tr>")[0]
    assert "Not found" in row and "which does not mean allowed" in row and "<a href" not in row
    row = get("states/US-FL").content.decode().partition('id="iv.start"')[2].partition("</tr>")[0]
    assert "Sources conflict; the stricter reading holds" in row
    row = get("states/US-FL", "es").content.decode().partition('id="iv.start"')[2].partition("</tr>")[0]
    assert "Las fuentes se contradicen" in row and 'lang="en"' in row


def test_a_credential_s_own_row_stands_with_its_act():
    row = get("states/US-WA").content.decode().partition('id="specimen.venipuncture"')[2].partition("</tr>")[0]
    for clause in rules.state("US-WA").entry("specimen.venipuncture").rows:
        name = clause.credential if clause.credential != "none" else "Without any of these credentials"
        assert name in unescape(row)


@pytest.mark.parametrize("code", CODES)
def test_a_certification_shows_every_value_of_its_file(code):
    raw, cuts = file("certifications.json"), left_out("certifications.json")
    one = next(one for one in raw["certifications"] if one["code"] == code)
    for lang in LANGUAGES:
        text = numbered(text_of(get(f"certifications/{slug(code)}", lang)))
        for key, value in scalars(one):
            if value != "not found":
                assert shown(value, raw, cuts) in text, (key, value)


def test_a_certification_says_no_where_the_file_says_no_and_not_found_where_it_found_nothing():
    page = text_of(get("certifications/cma-aama"))
    assert "CPR asked for no" in page and "Pass rate not found" in page
    assert "RCP no" in text_of(get("certifications/cma-aama", "es"))


@pytest.mark.parametrize("code", CODES)
def test_a_certification_names_each_state_whose_file_names_it_with_the_source(code):
    found = rules.named(code)
    for lang in LANGUAGES:
        page = get(f"certifications/{slug(code)}", lang).content.decode()
        head, _, table = page.partition('id="named"')
        assert (words(lang)["credential"]["named_by_none"] in unescape(head)) == (not found) == (not table)
        for one in found:
            row = table.partition(f'states/{one.state.code}">')[2].partition("</tr>")[0]
            assert f"states/{one.state.code}" in head and all(text in unescape(row) for text in one.wordings)
            assert all(one.state.data["sources"][at]["citation"] in unescape(row) for at in one.sources)


def test_letters_that_belong_to_two_issuers_have_two_pages_that_name_each_other():
    nha, ccbma = get("certifications/ccma-nha").content.decode(), get("certifications/ccma-ccbma").content.decode()
    assert "/guide/certifications/ccma-ccbma" in nha.partition('id="eligibility"')[0]
    assert "/guide/certifications/ccma-nha" in ccbma.partition('id="eligibility"')[0]
    assert len({slug(code) for code in CODES}) == len(CODES) == 16


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_carries_every_figure_of_the_occupation_with_its_sources(lang):
    raw, cuts = file("occupation.json"), left_out("occupation.json")
    page = get("", lang)
    text = numbered(text_of(page))
    for key, value in scalars({k: v for k, v in raw.items() if k != "sources"}):
        if key not in ("period", "n", "area", "employment_is", "mean_annual_is"):
            assert shown(value, raw, cuts) in text, (key, value)
    cited = {one["source"] for one in _with_source(raw)}
    urls = {one["id"]: one["url"] for one in raw["sources"]}
    assert all(urls[one].replace("&", "&amp;") in page.content.decode() for one in cited if one in urls)
    assert page.content.decode().count("/states/US-") == 51


def _with_source(raw):
    if isinstance(raw, dict):
        if "source" in raw:
            yield raw
        for one in raw.values():
            yield from _with_source(one)
    elif isinstance(raw, list):
        for one in raw:
            yield from _with_source(one)


def test_the_cities_are_25_in_order_and_each_stands_in_a_state_with_a_file():
    book = cities.book()
    people = [one["population"] for one in book["cities"]]
    assert len(people) == 25 and people == sorted(people, reverse=True)
    assert all(f"US-{one['state']}" in rules.states() for one in book["cities"])
    assert book["source"]["url"].startswith("https://") and book["source"]["as_of"]


def test_a_city_shows_its_state_in_short_and_only_what_the_data_has_there():
    seattle = text_of(get("cities/seattle"))
    assert (
        "58,070" in seattle
        and "53,780" in seattle
        and "What a medical assistant may do here is decided by Washington." in seattle
    )
    here = [one for one in credentials.programs() if (one.city, one.state) == ("Seattle", "WA")]
    assert here and all(one.school in seattle for one in here)
    austin = text_of(get("cities/austin"))
    assert "No program in Austin was found." in austin and "Metropolitan area not found" in austin


def test_every_state_s_rules_in_short_name_each_act_once():
    page = get("cities/phoenix").content.decode().partition('id="rules"')[2].partition("</table>")[0]
    text = text_of(page)
    for act in rules.acts().clinical:
        assert text.count(rules.acts().name(act)) >= 1
    counts = [int(one) for one in re.findall(r'class="count">(\d+)<', page)]
    assert sum(counts) == len(rules.acts().clinical)


@pytest.mark.parametrize(
    ("path", "back"),
    [("states/US-ZZ", "/states"), ("cities/atlantis", "/cities"), ("certifications/cma", "/certifications"),
     ("programs/US-ZZ", "/programs"), ("states/<b>", "/states")],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_there_says_so_kindly_and_leads_back(path, back, lang):
    answer = get(path, lang)
    page = answer.content.decode()
    assert answer.status_code == 404 and words(lang)["missing"]["title"] in page
    assert f'href="{render.Served().to(back[1:], lang)}"' in page and "noindex" in page and "<b></" not in page


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/guide/", "/guide"), ("/guide/es/", "/guide/es"), ("/guide/states/", "/guide/states"),
        ("/guide/states/US-CA/?show=allowed", "/guide/states/US-CA?show=allowed"), ("/guide/ways/", "/guide/ways"),
        ("/guide/states/CA", "/guide/states/US-CA"), ("/guide/states/ca?find=vein", "/guide/states/US-CA?find=vein"),
        ("/guide/es/states/TX", "/guide/es/states/US-TX"), ("/guide/es/states/tx", "/guide/es/states/US-TX"),
        ("/guide/programs/tx", "/guide/programs/US-TX"), ("/guide//evil.example/", "/guide/evil.example"),
    ],
)  # fmt: skip
def test_an_address_that_is_nearly_right_leads_on_for_ever(path, to):
    answer = Client().get(path)
    assert answer.status_code == 301 and answer["Location"] == to


def test_a_state_s_code_may_be_written_small():
    assert get("states/us-ca").status_code == 200


def test_a_state_s_acts_are_found_by_rule_and_word_and_a_wrong_rule_is_told():
    client = Client()
    page = client.get("/guide/states/US-CA?find=vein&show=prohibited").content.decode()
    assert 'id="injection.intravenous"' in page and 'id="injection.intramuscular"' not in page
    wrong = client.get("/guide/es/states/US-CA?show=sometimes")
    assert wrong.status_code == 422 and "No hay ninguna regla llamada sometimes" in wrong.content.decode()


def test_what_was_recorded_keeps_its_language_on_the_spanish_pages():
    page = get("states/US-TX", "es").content.decode()
    assert '<p class="lead" lang="en">' in page and "Qué se necesita" in page and "What it takes" not in page
    assert '<a class="btn quiet" href="/guide/states/US-TX" lang="en" hreflang="en">English</a>' in page
    assert 'lang="en"' not in get("states/US-TX").content.decode().partition("<main")[2]


def test_search_engines_are_told_languages_address_and_meaning():
    page = Client().get("/guide/states/US-TX", headers={"host": "localhost"}).content.decode()
    assert '<link rel="canonical" href="http://localhost/guide/states/US-TX">' in page
    assert '<link rel="alternate" hreflang="es" href="http://localhost/guide/es/states/US-TX">' in page
    assert 'itemtype="https://schema.org/State"' in page and 'itemprop="citation"' in page
    for path, kind in (("", "Occupation"), ("certifications/cma-aama", "EducationalOccupationalCredential"),
                       ("programs/US-TX", "EducationalOccupationalProgram"), ("cities/dallas", "City")):  # fmt: skip
        assert f'itemtype="https://schema.org/{kind}"' in get(path).content.decode()


def test_the_site_map_has_every_page_in_every_language_and_robots_lead_to_it():
    answer = Client().get("/sitemap.xml")
    found = re.findall(r"<loc>http://testserver([^<]*)</loc>", answer.content.decode())
    assert answer["Content-Type"].startswith("application/xml")
    every = [*leaves.every(), "ways"]
    assert sorted(found) == sorted(render.Served().to(path, lang) for path in every for lang in LANGUAGES)
    robots = Client().get("/robots.txt").content.decode()
    assert (
        "Allow: /guide" in robots and "Disallow: /\n" in robots and "Sitemap: http://testserver/sitemap.xml" in robots
    )


def test_a_page_that_a_browser_has_is_not_sent_again_and_wears_the_browser_s_choice():
    client = Client()
    first = client.get("/guide/states/US-NY")
    again = client.get("/guide/states/US-NY", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content and first["Cache-Control"] == "public, no-cache"
    client.cookies["look"] = "dark."
    dark = client.get("/guide/states/US-NY", headers={"if-none-match": first["ETag"]})
    assert dark["Cache-Control"] == "private, no-cache"
    assert dark.status_code == 200 and '<html data-theme="dark" lang="en">' in dark.content.decode()


def test_a_page_stands_on_its_data_and_day(monkeypatch):
    leaf = leaves.every()["states/US-NY"]
    before = render.page(leaf, "en")
    assert render.page(leaf, "en") is before
    monkeypatch.setattr(rules.state("US-NY"), "hash", "0" * 64)
    assert render.page(leaf, "en") is not before


def test_tables_are_there_as_csv():
    for path, start in (("states", "State,Code"), ("states/US-WA", "Act,Code,Rule"), ("certifications", "Code,Letters"),
                        ("cities", "Rank,City"), ("programs/US-TX", "school,program")):  # fmt: skip
        lines = get(path, accept="text/csv").content.decode().splitlines()
        assert lines[0].startswith(start) and len(lines) > 5, path
    assert "MA-Certified" in get("states/US-WA", accept="text/csv").content.decode()
