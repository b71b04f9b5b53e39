"""Lists that an office took in, as the guide shows them. The rows here are made up; the columns are not."""

import os
import re
import subprocess
import sys
import time
from datetime import date
from html import unescape
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.queries import taken
from medassist.interfaces.cli import house
from medassist.interfaces.cli.commands import cli
from medassist.interfaces.web.guide import export, leaves, programs, render
from medassist.interfaces.web.guide.words import LANGUAGES, words
from tests.credentials.given import (
    AWARDS,
    CHARGES,
    CLOSED,
    COMPLETIONS,
    END,
    LATER,
    NONE,
    PROGRAMS,
    SCHOOL,
    described,
    fresh,
    take,
)
from tests.delegation.given import Office
from tests.guide.files import links

__all__ = ["fresh"]
PRICE = CHARGES + "999001,1,510801,R,15250,R,1200,R,720,1,R,10" + NONE * 5 + END


def get(path, lang="en", **headers):
    return Client().get(render.Served().to(path, lang), headers=headers)


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def row_of(page, school="Made-up College"):
    """The row of one school, as it is written and as it reads."""
    rows = [row for row in re.findall(r"<li itemscope.*?</dl></li>", page, re.DOTALL) if school in row]
    assert len(rows) == 1, (school, len(rows))
    return rows[0], text_of(rows[0])


@pytest.fixture
def office(transactional_db, fresh):
    return Office()


@pytest.fixture
def lists(office):
    """An office that took three federal lists."""
    take(office, text=AWARDS)
    take(office, "ipeds-charges", PRICE, LATER)
    take(office, "scorecard", SCHOOL, LATER)


def test_an_office_without_a_list_sees_the_shipped_programs_as_they_are(office):
    assert get("programs/US-OH").status_code == 200
    assert queries.programs_now() is queries.shipped()
    shipped = {path: render.page(leaf, "en")[0] for path, leaf in leaves.every().items() if path.startswith("programs")}
    assert not any(words("en")["programs"]["lists"].encode() in page for page in shipped.values())
    header = get("programs", accept="text/csv").content.decode().splitlines()[0]
    assert header == ",".join(programs.COLUMNS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_taken_stands_on_the_state_s_page_with_source_and_day_of_each_field(lists, lang):
    page = get("programs/US-OH", lang).content.decode()
    row, text = row_of(page)
    t = words(lang)["programs"]
    assert "15250 USD" in text and t["books"].format(usd=1200) in text and t["months"].format(number=10) in text
    assert "40 certificate, 12 weeks to less than 1 year" in text and "8 associate, associate's degree" in text
    assert f"IPEDS program charges (ICyyyy_PY) , 2025-06-30: {t['told']['tuition_usd']}" in text
    assert f"IPEDS Completions (Cyyyy_A) , 2024-06-30: {t['told']['awarded']}" in text
    assert f"College Scorecard, institution file , 2025-06-30: {t['told']['school']}, {t['told']['city']}" in text
    assert 'href="https://nces.ed.gov/ipeds"' in row and 'href="https://collegescorecard.ed.gov/data"' in row
    assert f"{t['delivery']} {words(lang)['not_found']}" in text and t["check_not_found"] in text
    assert t["not_stated"] not in text and t["lists"] in text_of(page)


def test_filters_map_counts_cities_front_and_table_know_it(lists):
    before = len(queries.shipped().of_state("US-OH"))
    finder = get("programs").content.decode()
    assert f"<title>Ohio: {before + 1} programs</title>" in finder
    found = Client().get("/guide/programs?state=US-OH&cost=15250&length=10").content.decode()
    assert "15250 USD" in row_of(found)[1]
    assert "Made-up College" not in Client().get("/guide/programs?state=US-OH&cost=15249").content.decode()
    table = get("programs/US-OH", accept="text/csv").content.decode()
    assert "tuition_usd" in table.splitlines()[0] and "told_otherwise" in table.splitlines()[0]
    assert "tuition_usd, books_usd, length_months, hours_or_credits: https://nces.ed.gov/ipeds 2025-06-30" in table
    hits = Client().get("/guide/search?q=made-up+college").content.decode()
    assert "/guide/programs/US-OH" in hits


def test_a_city_shows_what_a_list_has_there(office):
    take(office, "csv", described(city="Seattle", state="WA"))
    assert "Made-up College" in row_of(get("cities/seattle").content.decode())[1]
    assert queries.programs_now().lists == (("csv", date(2024, 5, 1)),)


def test_a_field_that_two_sources_tell_differently_shows_both(office):
    take(office, "csv", described(tuition_usd="900", accreditor="CAAHEP"))
    again = described(tuition_usd="1100", accreditor="CAAHEP", source_url="https://other.example/ma")
    take(office, "csv", again.replace("2024-05-01", "2024-06-01"))
    row, text = row_of(get("programs/US-OH").content.decode())
    assert "1100 USD" in text and 'aria-label="Told otherwise"' in row
    assert "Told otherwise tuition: 900 ( a page , 2024-05-01)" in text
    assert 'href="https://made-up.example/ma"' in row and "/certifications/cma-aama" in row
    table = get("programs/US-OH", accept="text/csv").content.decode()
    assert "tuition_usd: 900 (https://made-up.example/ma 2024-05-01)" in table


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_closed_school_and_an_accreditation_that_ended_are_shown_as_such(office, lang):
    take(office, "csv", described(unitid="999001", accreditor="ABHES"))
    take(office, "csv", described(unitid="999002", school="Open College", accreditor="ABHES"))
    take(office, "ipeds-directory", CLOSED, LATER)
    row, text = row_of(get("programs/US-OH", lang).content.decode())
    t = words(lang)["programs"]
    assert f"{t['closed']} closed 2024-08-25" in text and t["told"]["school_status"] in text
    assert "/certifications/cma-aama" not in row
    ended = rules.Told("school/999002", "accreditor_ended", "ABHES (2024-12-31)", "https://x.example", LATER, "dapip")
    with queries.pinned(rules.directory(rules.programs(), [*taken.told(), ended], "x")):
        page = get("programs/US-OH", lang).content.decode()
        table = get("programs/US-OH", accept="text/csv").content.decode()
    row, text = row_of(page, "Open College")
    assert f"{t['ended']} ABHES (2024-12-31)" in text and "/certifications/cma-aama" not in row
    assert page.index("Open College") < page.index("Made-up College")
    assert "closed 2024-08-25" in table and "ABHES (2024-12-31)" in table


def test_the_same_page_read_again_is_no_clash(office):
    take(office, "csv", described(tuition_usd="900"))
    take(office, "csv", described(tuition_usd="950").replace("2024-05-01", "2024-06-01"))
    row, text = row_of(get("programs/US-OH").content.decode())
    assert "950 USD" in text and "Told otherwise" not in row


def test_a_list_that_adds_to_a_shipped_program_keeps_the_file_s_own_words_and_dates(office):
    one = next(p for p in queries.programs() if p.as_of and "-" not in p.as_of and not p.tuition_usd and p.state)
    parts = {name: getattr(one, name) for name in ("school", "program", "city", "state")}
    assert "," not in "".join(parts.values())
    take(office, "csv", described(**parts, tuition_usd="4321"))
    page = get(f"programs/US-{one.state}").content.decode()
    rows = [text_of(row) for row in re.findall(r"<li itemscope.*?</dl></li>", page, re.DOTALL) if "4321 USD" in row]
    assert len(rows) == 1 and f", {one.as_of}:" in rows[0] and "2024-05-01: " in rows[0]
    assert f"{one.as_of}-01-01" not in rows[0]


def test_a_school_that_no_list_names_says_so_and_stands_without_a_place(office):
    take(office, text=AWARDS)
    page = get("programs").content.decode()
    assert "School 999001, name not found" in page.partition('id="nowhere"')[2]
    assert "place not found" in page


def test_what_somebody_wrote_into_a_list_stays_text(office):
    take(office, "csv", described(school="<script>alert(1)</script>", url="javascript:alert(1)"))
    page = get("programs/US-OH").content.decode()
    assert "<script>alert" not in page and 'href="javascript' not in page and "&lt;script&gt;" in page


def test_the_pages_tell_nothing_of_the_office_the_file_or_who_took_it(lists, office):
    told = "".join(get(path, lang).content.decode() for path in ("programs", "programs/US-OH") for lang in LANGUAGES)
    for secret in ("list.csv", "Alder Street", "Lund", str(office.manager.actor_id), "sha256"):
        assert secret not in told, secret


MANY = COMPLETIONS + "".join(f"{300000 + at},51.0801,1,21,R,{at + 1},R,1\n" for at in range(60))
SCHOOLS = SCHOOL.splitlines()[0] + "\n"
SCHOOLS += "".join(f"{300000 + at},1,1,School of {at:02},Elmville,OH,4,ACICS,x.example,NULL\n" for at in range(60))


def test_what_is_more_than_a_page_holds_takes_several_each_small_and_each_program_once(office):
    take(office, text=MANY)
    assert "programs/NO-PLACE" in {path for path in leaves.every() if "NO-PLACE" in path}
    finder = get("programs").content.decode()
    assert 'href="/guide/programs/NO-PLACE"' in finder and "School 300000" not in finder
    assert "School 300000, name not found" in get("programs/no-place").content.decode()
    take(office, "scorecard", SCHOOLS, LATER)
    taken.memory.due = 0.0
    first = get("programs/US-OH")
    paths = [path for path in leaves.every() if path.startswith("programs/US-OH")]
    assert paths == ["programs/US-OH", "programs/US-OH/2", "programs/US-OH/3"]
    pages = [first, *(get(path) for path in paths[1:])]
    assert all(page.status_code == 200 and len(page.content) <= 100_000 for page in pages)
    both = "".join(page.content.decode() for page in pages)
    assert all(both.count(f">School of {at:02}</a>") == 1 for at in range(60))
    assert 'href="/guide/programs/US-OH/2"' in first.content.decode()
    assert get("programs/US-OH/4").status_code == 404 and get("programs/US-OH/1").status_code == 404


def test_pages_stay_small_however_much_a_list_says(office):
    said = PROGRAMS.strip().split(",")
    rows = [described(school=f"School {at}", notes="n" * 500, award="a" * 500) for at in range(40)]
    assert len(said) == 18
    take(office, "csv", PROGRAMS + "".join(row.splitlines()[1] + "\n" for row in rows))
    get("programs/US-OH")
    pages = [get(path) for path in leaves.every() if path.startswith("programs/US-OH")]
    assert len(pages) > 1 and max(len(page.content) for page in pages) <= 100_000
    assert len(Client().get("/guide/programs?state=US-OH&old=yes").content) <= 100_000


def test_a_page_asks_no_database_while_it_is_answered(lists, django_assert_num_queries):
    get("programs/US-OH")
    with django_assert_num_queries(0):
        assert "15250 USD" in get("programs/US-OH").content.decode()
        assert "15250 USD" in Client().get("/guide/programs?state=US-OH&cost=20000").content.decode()


def test_a_list_that_is_taken_while_pages_are_read_shows_at_the_next_look(office):
    assert "Made-up College" not in get("programs/US-OH").content.decode()
    taken.memory.due = time.monotonic() + 3600
    take(office, "csv", described())
    assert "Made-up College" not in get("programs/US-OH").content.decode()
    taken.memory.due = 0.0
    assert "Made-up College" in get("programs/US-OH").content.decode()


def test_a_request_shows_one_directory_throughout(office):
    with queries.pinned(queries.shipped()):
        take(office, "csv", described())
        taken.memory.due = 0.0
        assert queries.programs_now() is queries.shipped()
    assert queries.programs_now().stamp


def test_when_the_database_is_away_the_guide_answers_with_what_it_knows(lists, monkeypatch):
    def away(*_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(taken, "programs_stamp", away)
    first = get("programs/US-OH")
    assert first.status_code == 200 and "Made-up College" not in first.content.decode()  # the shipped list
    monkeypatch.undo()
    taken.memory.due = 0.0
    assert "Made-up College" in get("programs/US-OH").content.decode()
    monkeypatch.setattr(taken, "programs_stamp", away)
    taken.memory.due = 0.0
    assert "Made-up College" in get("programs/US-OH").content.decode()  # what was known last
    assert taken.memory.away


def test_a_database_that_cannot_be_reached_at_all_leaves_the_shipped_list(office, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "/nowhere")
    assert get("programs/US-OH").status_code == 200
    assert queries.programs_now() is queries.shipped()


def address():
    """The tests' database, as another process reaches it."""
    parts = connection.settings_dict
    user, password = quote(parts["USER"]), quote(parts["PASSWORD"], safe="")
    host = f"host={quote(parts['HOST'], safe='')}&port={parts['PORT']}"
    return f"postgresql://{user}:{password}@/{parts['NAME']}?{host}"


OTHER = """
import sys, time
import django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.test import Client
page = lambda: Client(SERVER_NAME="localhost").get("/guide/programs/US-OH").content.decode()
print("Made-up College" in page(), flush=True)
sys.stdin.readline()
until = time.monotonic() + 60
while "15250 USD" not in page() and time.monotonic() < until:
    time.sleep(0.2)
print("15250 USD" in page(), flush=True)
"""


def test_another_process_that_runs_already_sees_it(office, tmp_path):
    env = {**os.environ, "MEDASSIST_DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "medassist.config.settings"}
    env |= {"PYTHONPATH": os.pathsep.join(sys.path), "MEDASSIST_HOME": str(tmp_path), "MEDASSIST_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-W", "ignore", "-c", OTHER]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "False\n"
        take(office, text=AWARDS)
        take(office, "ipeds-charges", PRICE, LATER)
        take(office, "scorecard", SCHOOL, LATER)
        assert other.communicate("go\n", timeout=90)[0] == "True\n"


# as files


def test_the_exported_guide_has_it_small_and_every_link_resolves(office, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "address", address)
    take(office, text=MANY)
    take(office, "scorecard", SCHOOLS, LATER)
    folder = tmp_path / "g"
    done = CliRunner().invoke(cli, ["guide", "export", str(folder)])
    assert done.exit_code == 0 and "shipped" not in done.output, done.output
    names = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    assert {"programs/US-OH.html", "programs/US-OH/2.html", "es/programs/US-OH/3.html"} <= names
    second = (folder / "programs/US-OH/2.html").read_text()
    assert "School of 30" in second and 'href="../US-OH.html"' in second
    assert max(path.stat().st_size for path in folder.rglob("*.html")) <= 100_000
    assert links(folder) > 10_000


def test_an_export_without_a_database_says_that_it_has_the_shipped_programs(office, tmp_path, monkeypatch):
    take(office, "csv", described())
    monkeypatch.setattr(house, "address", lambda: "postgresql://nobody@/nothing?host=/nowhere")
    some = {path: leaves.every()[path] for path in ("", "programs", "programs/US-OH")}
    monkeypatch.setattr(export.leaves, "every", lambda: some)
    done = CliRunner().invoke(cli, ["guide", "export", str(tmp_path / "g")])
    assert done.exit_code == 0 and "programs are the shipped ones" in done.stderr
    assert "Made-up College" not in (tmp_path / "g/programs/US-OH.html").read_text()
