"""Programs in the guide: the finder with its filters, the map, the pages of states."""

import re
from html import unescape

import pytest
from django.test import Client

from medassist.domain.delegation import rules
from medassist.interfaces.web.guide import programs
from tests.guide.test_guide_pages import get, text_of


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
