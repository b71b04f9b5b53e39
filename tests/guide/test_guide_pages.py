"""The public guide: every page for everybody, with everything that its file says. No test here may touch a database."""

import re
from html import unescape

import pytest
from django.test import Client

from medassist.domain.credentials import queries as credentials
from medassist.domain.credentials.rules import notes
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide import cities, leaves, programs, render
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


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ("delivery=online", lambda one: one.delivery == "online"),
        ("delivery=traditional", lambda one: one.delivery == "on-site"),
        ("delivery=hybrid", lambda one: one.delivery == "hybrid"),
        ("delivery=not-stated", lambda one: not one.delivery),
        ("accreditor=CAAHEP", lambda one: one.accreditor.startswith("CAAHEP")),
        ("accreditor=not-stated", lambda one: not one.accreditor),
        ("exam=CMA-AAMA", lambda one: one.accreditor.startswith(("CAAHEP", "ABHES"))),
        ("state=US-TX", lambda one: one.state == "TX"),
        ("cost=7000", lambda one: one.tuition_usd and int(one.tuition_usd) <= 7000),
        ("length=9", lambda one: one.length_months and int(one.length_months) <= 9),
        ("length=9&unknown=yes", lambda one: not one.length_months or int(one.length_months) <= 9),
        ("delivery=online&state=US-TX", lambda one: one.delivery == "online" and one.state == "TX"),
    ],
)
def test_programs_are_found_by_each_filter_and_by_several(query, test):
    for old in ("", "&old=yes"):
        answer = Client().get(f"/guide/programs?{query}{old}", headers={"accept": "text/csv"})
        lines = answer.content.decode().splitlines()
        wanted = [one for one in programs.every() if test(one) and (old or one.freshness != "old")]
        page = Client().get(f"/guide/programs?{query}{old}")
        found = page.content.decode().partition('id="found"')[2].partition("</section>")[0]
        assert re.search(rf'class="count">{len(wanted)}<', found), (query, old, len(wanted))
        assert found.count("<li ") == min(len(wanted), programs.PER_PAGE) and len(page.content) <= 100_000
        assert lines[0].startswith("school,program") and sum(one.school in "\n".join(lines) for one in wanted) == len(
            wanted
        )


@pytest.mark.parametrize("query", ["delivery=online&state=US-TX", "state=US-TX"])
def test_who_asks_for_a_state_sees_online_programs_that_name_none_below_and_counted_apart(query):
    page = Client().get(f"/guide/programs?{query}&old=yes").content.decode()
    below = page.partition('id="found"')[2].partition('id="anywhere"')[2].partition("</section>")[0]
    wanted = [one for one in programs.every() if one.delivery == "online" and not one.state]
    assert len(wanted) == 3 and all(one.school in unescape(below) for one in wanted)
    assert re.search(r'class="count">3<', below) and "Ask the school whether it takes students from Texas." in below


@pytest.mark.parametrize(
    "query", ["delivery=online", "delivery=hybrid&state=US-TX", "delivery=online&state=US-TX&exam=CMA-AAMA"]
)
def test_online_programs_stand_below_only_where_they_fit_and_a_state_was_asked(query):
    assert 'id="anywhere"' not in Client().get(f"/guide/programs?{query}&old=yes").content.decode()


def test_a_state_s_page_counts_the_online_programs_that_name_no_state():
    assert "Online programs that name no state: 3." in text_of(get("programs/US-TX"))
    assert "Programas en línea que no nombran estado: 3." in text_of(get("programs/US-TX", "es"))


def test_programs_that_a_filter_leaves_out_for_want_of_a_number_are_counted():
    page = text_of(Client().get("/guide/programs?length=9"))
    silent = sum(not one.length_months and one.freshness != "old" for one in programs.every())
    assert f"{silent} more fit, but their page does not state the number." in page
    assert "more fit, from pages before 2018" not in text_of(Client().get("/guide/programs?length=9&old=yes"))


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("delivery=post", "post is not offered here."),
        ("cost=-5", "-5 is not a whole number up to 1,000,000."),
        ("cost=9999999999999999999", "is not a whole number up to 1,000,000."),
        ("length=nine", "nine is not a whole number up to 120."),
        ("length=²", "² is not a whole number up to 120."),
        ("state=US-ZZ", "US-ZZ is not offered here."),
        ("exam=<script>", "&lt;script&gt; is not offered here."),
        ("state=US-TX&page=99", "There is no page 99; the last is 1."),
        ("state=US-TX&page=0", "There is no page 0"),
        ("page=x", "There is no page x"),
    ],
)
def test_a_filter_that_cannot_be_is_told_beside_its_field(query, word):
    answer = Client().get(f"/guide/programs?{query}")
    assert answer.status_code == 422 and word in answer.content.decode() and 'id="found"' not in answer.content.decode()


def test_pages_of_found_programs_hold_each_once():
    first, last = (Client().get(f"/guide/programs?delivery=not-stated&page={page}") for page in (1, 2))
    both = [
        re.findall(
            r"<li itemscope.*?</li>", page.content.decode().partition('id="found"')[2].partition("</section>")[0], re.S
        )
        for page in (first, last)
    ]
    assert len(both[0]) == programs.PER_PAGE and both[1] and not set(both[0]) & set(both[1])


def test_the_map_has_every_state_and_names_whose_lines_they_are():
    page = get("programs").content.decode()
    drawn = page.partition('class="us-map"')[2].partition("</svg>")[0]
    assert drawn.count("<path") == 51 and drawn.count('tabindex="-1"') == 51
    assert "Census Bureau" in page and "ISC" in page
    texas = len([one for one in programs.every() if one.state == "TX"])
    assert f"<title>Texas: {texas} programs</title>" in drawn


def test_every_program_stands_on_its_state_s_page_or_among_those_without_a_place():
    told = {code: text_of(get(f"programs/{code}")) for code in rules.states()}
    nowhere = text_of(get("programs").content.decode().partition('id="nowhere"')[2])
    for one in programs.every():
        text = told[f"US-{one.state}"] if one.state else nowhere
        for value in filter(None, (one.school, one.program, one.notes, one.hours_or_credits)):
            assert " ".join(value.split()) in text, (one.line, value)


def test_an_examination_is_named_only_where_an_accreditor_is():
    page = get("programs/US-AL").content.decode()
    for row in re.findall(r"<li itemscope.*?</li>", page, re.DOTALL):
        accredited = re.search(r"<dt>Accredited by</dt><dd>(CAAHEP|ABHES)", row)
        assert bool(accredited) == ("/certifications/cma-aama" in row)


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
