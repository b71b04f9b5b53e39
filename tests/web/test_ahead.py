"""Looking ahead: coverage, what if, and what a change would do, from plain values and in an office."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.domain.credentials import actions as credentials
from medassist.domain.credentials.inputs import RevokeCredential
from medassist.domain.credentials.queries import wallet
from medassist.domain.delegation import queries as delegation
from medassist.domain.delegation import rules
from medassist.domain.delegation.models import Policy, StateFile
from medassist.domain.office import queries as office
from medassist.domain.scheduling import actions as scheduling
from medassist.domain.scheduling import queries as schedule
from medassist.domain.scheduling.inputs import Book, ChangeType
from medassist.domain.scheduling.models import AppointmentType
from medassist.interfaces.web.ahead import coverage, load, world
from medassist.interfaces.web.models import Account
from medassist.kernel import clock
from medassist.kernel.errors import Invalid
from medassist.kernel.identifiers import uuid7
from tests.access.given import signed_in
from tests.access.test_glass import given_patient
from tests.access.walk import given_house

MONDAY = date(2026, 11, 23)
SHOT, SIGNS = "injection.intramuscular", "vitals.measure"
OPENS = datetime(2026, 11, 23, 8, tzinfo=UTC)
ANA, BEN, HALE, OSEI, RUTH = (UUID(int=n) for n in range(1, 6))


def someone(key, name, role, kind="", until=None):
    return world.Someone(key, name, ((role, (MONDAY, until)),), kind)


def holding(licence="", skills=None, certificates=(), state="US-CA"):
    return {
        "credentials": [(name, None, until, "") for name, until in certificates],
        "licences": [(licence, None, None, state)] if licence else [],
        "skills": dict.fromkeys(skills or (), (10, 10, MONDAY, None)),
    }


def given_world(**parts):
    """Ana and Ben assist; Hale (MD) and Osei (NP) are offered from 8 to 5; Ruth is a nurse. Ana gives injections."""
    book = rules.state("US-CA")
    people = [
        someone(ANA, "Ana Reyes", "medical-assistant"), someone(BEN, "Ben Ito", "medical-assistant"),
        someone(HALE, "Nora Hale", "physician", "MD"), someone(OSEI, "Abena Osei", "nurse-practitioner", "NP"),
        someone(RUTH, "Ruth Calder", "nurse"),
    ]  # fmt: skip
    held = {
        ANA: holding(skills=[SHOT]), BEN: holding(), HALE: holding("MD"), OSEI: holding("NP"), RUTH: holding("RN"),
    }  # fmt: skip
    hours = [(OPENS + timedelta(days=n), OPENS + timedelta(days=n, hours=9)) for n in range(14)]
    signed = (rules.Policy(book.hash, MONDAY, date(2027, 11, 1), id="p"),)
    start = {
        "state": "US-CA", "people": {one.id: one for one in people}, "standing": [(MONDAY, held)],
        "offered": {HALE: hours, OSEI: hours}, "policies": {SHOT: signed, SIGNS: signed},
        "shelf": delegation.Shelf("US-CA", (), book, None),
    }  # fmt: skip
    return world.World(**{**start, **parts})


def needed(act=SHOT, provider=HALE, days=0, hour=1):
    return world.Needed(uuid7(), OPENS + timedelta(days=days, hours=hour), "Shots", provider, act)


def codes(answer):
    return {need.code for need in answer.best.needs}


def test_an_act_is_covered_by_the_assistant_who_may():
    answer = world.Rulings(given_world()).of(needed())
    assert answer.decision == "allow" and answer.may == ("Ana Reyes",) and answer.covered == "assistant"


def test_without_a_sign_off_the_nurse_and_the_providers_there_may_and_the_way_is_a_sign_off():
    bare = given_world(standing=[(MONDAY, {HALE: holding("MD"), OSEI: holding("NP"), RUTH: holding("RN")})])
    rulings = world.Rulings(bare)
    answer = rulings.of(one := needed())
    assert answer.covered == "licensed" and set(answer.licensed) == {"Nora Hale", "Abena Osei", "Ruth Calder"}
    assert codes(answer) == {"training-hours", "demonstrations"}
    [gap] = coverage.gaps([(one, answer)], rulings)
    assert all("A sign-off for Ana Reyes" in way.text and f"/{ANA}/" in way.url for way in gap.ways)


def test_who_is_away_delegates_and_supervises_nothing():
    one = needed()
    assert world.compare(given_world(), world.without(given_world(), HALE, (MONDAY, MONDAY)), [one]) == []
    alone = given_world(offered={HALE: given_world().offered[HALE]})
    [turned] = world.compare(alone, world.without(alone, HALE, (MONDAY, MONDAY)), [one])
    assert {"delegator", "supervision", "order"} <= codes(turned.after) and turned.needed is one
    assert world.compare(alone, world.without(alone, HALE, (MONDAY, MONDAY)), [needed(days=1)]) == []


def test_when_no_provider_would_do_the_gap_names_who_would():
    alone = world.without(given_world(offered={HALE: given_world().offered[HALE]}), HALE, (MONDAY, MONDAY))
    rulings = world.Rulings(alone)
    one = needed()
    [gap] = coverage.gaps([(one, rulings.of(one))], rulings)
    assert any("Another delegator" in way.text and "Abena Osei" in way.text for way in gap.ways)


def test_an_assistant_who_is_away_or_gone_covers_nothing():
    there = given_world()
    [turned] = world.compare(there, world.without(there, ANA, (MONDAY, MONDAY)), [needed()])
    assert turned.after.person.name == "Ben Ito" and "demonstrations" in codes(turned.after)
    both = world.without(world.without(there, ANA, (MONDAY, MONDAY)), BEN, (MONDAY, MONDAY))
    [turned] = world.compare(there, both, [needed()])
    assert turned.after.decision == "nobody" and turned.after.best is None


def test_a_policy_withdrawn_turns_its_act_and_no_other():
    there = given_world()
    after = world.without_policy(there, SHOT, ())
    asked = [needed(), needed(SIGNS), needed(days=3)]
    turned = world.compare(there, after, asked)
    assert [one.needed for one in turned] == [asked[0], asked[2]] and codes(turned[0].after) == {"policy"}


def test_a_sign_off_that_ends_covers_until_its_day_and_no_longer():
    held = given_world().standing[0][1]
    there = given_world(standing=[(MONDAY, held), (MONDAY + timedelta(days=2), {**held, ANA: holding()})])
    answers = [world.Rulings(there).of(needed(days=n)).decision for n in range(4)]
    assert answers == ["allow", "allow", "needs", "needs"]


def test_a_certificate_taken_away_counts_before_its_day_and_not_after():
    book = rules.state("US-AZ")
    held = {ANA: holding(skills=[SHOT], certificates=[("CMA (AAMA)", None)])}
    held |= {HALE: holding("MD", state="US-AZ")}
    signed = {SHOT: (rules.Policy(book.hash, MONDAY, date(2027, 11, 1)),)}
    shelf = delegation.Shelf("US-AZ", (), book, None)
    there = given_world(state="US-AZ", standing=[(MONDAY, held)], policies=signed, shelf=shelf)
    after = world.without_credential(there, ANA, "CMA (AAMA)", MONDAY + timedelta(days=2))
    asked = [needed(days=n) for n in range(4)]
    turned = world.compare(there, after, asked)
    assert [one.needed for one in turned] == asked[2:] and "credential" in codes(turned[0].after)


def test_a_newer_text_turns_acts_from_its_day_on():
    data = rules.state("US-CA").data
    acts = [{**one, "rule": "prohibited"} if one["act"] == SHOT else one for one in data["acts"]]
    book, _ = rules.read("US-CA", json.dumps({**data, "acts": acts}).encode())
    there = given_world()
    after = world.with_text(there, book, MONDAY + timedelta(days=1))
    [turned] = world.compare(there, after, [needed(), needed(days=1)])
    assert turned.after.decision == "deny" and turned.needed.day == MONDAY + timedelta(days=1)


def test_a_provider_by_phone_is_within_reach_and_never_more():
    there = given_world()
    onsite = there.facts(SHOT, MONDAY, frozenset({"MD"}), frozenset({"MD", "NP"}))
    phone = replace(there, presence=world.PRESENCE["phone"]).facts(
        SHOT, MONDAY, frozenset({"MD"}), frozenset({"MD", "NP"})
    )
    assert onsite.supervision == {"MD": 3, "NP": 2} and phone.supervision == {"MD": 1, "NP": 1}


def test_visits_of_a_day_among_the_same_people_are_asked_about_once(monkeypatch):
    asked = []
    real = delegation.rule_many
    monkeypatch.setattr(delegation, "rule_many", lambda cases: asked.append(1) or real(cases))
    rulings = world.Rulings(given_world())
    for minute in range(50):
        rulings.of(replace(needed(), at=OPENS + timedelta(minutes=minute)))
    assert len(asked) == 1


# --- in an office


@pytest.fixture
def house(db_open):
    """The demo's practice with somebody signed in for each role that is asked for."""
    practice = given_house("Waller").practice
    practice.day = next_open(practice.site)
    practice.browser = lambda name: signed_in(Account.objects.get(username=name))
    return practice


@pytest.fixture
def db_open(transactional_db):
    """The tables, for a whole office."""


def next_open(site):
    day = clock.today(site.timezone) + timedelta(days=1)
    while office.open_on(site, day)["opens"] is None:
        day += timedelta(days=1)
    return day


def book(house, kind="shots", hour=9, provider="hale", family="Zyxgard"):
    desk = house.acting("silva")
    patient = given_patient(family, desk)
    at = datetime.combine(house.day, time(hour), ZoneInfo(house.site.timezone))
    type_ = AppointmentType.objects.get(code=kind, site=house.site)
    given = Book.of(
        patient=patient.pk, site=house.site.pk, type=type_.pk, provider=house.people[provider].pk, start_at=at
    )
    return scheduling.book(desk, given)


def test_coverage_counts_what_is_booked_and_says_what_would_close_a_gap(house):
    for hour, family in ((9, "Zyxgard"), (10, "Mbeki")):
        book(house, hour=hour, family=family)
    book(house, kind="lab-draw", hour=11, family="Tanaka")
    text = house.browser("whitaker").get("/coverage?weeks=4").content.decode()
    assert "Acts needed by the hour" in text and "9 am" in text and "11 am" in text
    assert "2 needed" in text and "A sign-off for" in text and "/skill/immunization.administer" in text
    assert "Zyxgard" not in text
    sheet = house.browser("whitaker").get("/coverage?weeks=4", headers={"accept": "text/csv"}).content.decode()
    assert f"{house.day},11:00,1,1,0,0" in sheet and f"{house.day},09:00,1,0,1,0" in sheet


def test_coverage_says_when_nothing_is_booked_and_when_no_type_names_its_acts(house):
    assert "Nothing that is booked in this time asks for an act." in page(house, "/coverage")
    for one in schedule.types(house.site.pk):
        scheduling.change_type(house.acting("whitaker"), ChangeType.of(type=one.pk, acts=()))
    assert "No type of visit says which acts it asks for." in page(house, "/coverage")


def page(house, url, who="whitaker"):
    answer = house.browser(who).get(url)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_coverage_asks_the_database_as_often_for_many_visits_as_for_one(house):
    browser = house.browser("whitaker")
    book(house)
    browser.get("/coverage")
    with CaptureQueriesContext(connection) as one:
        browser.get("/coverage")
    for hour, family in enumerate(("Mbeki", "Tanaka", "Olsen", "Ruiz", "Haddad"), 10):
        book(house, kind="lab-draw", hour=hour, family=family)
    with CaptureQueriesContext(connection) as many:
        browser.get("/coverage")
    assert len(many) == len(one) <= 26, len(one)


def test_what_if_a_doctor_is_away_the_acts_that_turn_are_marked_with_reasons(house):
    away = "&".join(f"away={house.people[name].pk}" for name in ("hale", "lindqvist", "osei", "varga"))
    who = house.people["reyes"].pk
    text = page(house, f"/what-if?who={who}&on={house.day}&{away}")
    assert "changes" in text and "Ana Reyes" in text and "Not yet" in text
    few = page(house, f"/what-if?who={who}&on={house.day}&{away}&show=turned")
    assert few.count("<tr") < text.count("<tr") and "changes" in few
    same = page(house, f"/what-if?who={who}&on={house.day}")
    assert "0 of 33 change" in same
    sheet = house.browser("hale").get(f"/what-if?who={who}&on={house.day}&{away}", headers={"accept": "text/csv"})
    assert sheet.content.decode().startswith("Act,Code,As planned,What if")


def test_what_if_takes_odd_answers_for_the_usual_ones(house):
    text = page(house, "/what-if?who=nobody&on=2019-02-31&away=xyz&how=shouting")
    assert "What if" in text and "0 of 33 change" in text


def test_the_impact_of_a_policy_withdrawn_is_seen_before_it_is_withdrawn(house):
    book(house, kind="lab-draw")
    kept = Policy.objects.get(act="specimen.venipuncture")
    text = page(house, f"/impact?change=policy&policy={kept.pk}")
    assert "1 of 1 acts, in 1 booked visit, could no longer be done by an assistant" in text
    assert "Withdraw the policy" in text and Policy.objects.filter(withdrawn_at=None, pk=kept.pk).exists()
    assert "Zyxgard" not in text
    sheet = (
        house.browser("whitaker")
        .get(f"/impact?change=policy&policy={kept.pk}", headers={"accept": "text/csv"})
        .content.decode()
    )
    assert "Drawing blood from a vein" in sheet and "Miriam Hale" in sheet


def test_the_impact_of_somebody_away_and_of_dates_reversed(house):
    book(house, kind="lab-draw")
    text = page(house, f"/impact?change=away&person={house.people['hale'].pk}&from_on={house.day}")
    assert "1 booked visit needs another provider." in text and "Nothing that is booked would change." not in text
    wrong = house.browser("whitaker").get(
        f"/impact?change=away&person={house.people['hale'].pk}&from_on={house.day}&to_on=2026-01-01"
    )
    assert wrong.status_code == 422 and "Reversed: the last day lies before" in wrong.content.decode()
    none = house.browser("whitaker").get("/impact?change=away")
    assert none.status_code == 422 and "Choose who is away." in none.content.decode()


def test_the_impact_of_a_newer_text_is_seen_and_then_it_is_adopted(house):
    book(house, kind="lab-draw")
    data = rules.state("US-CA").data
    acts = [{**o, "rule": "prohibited"} if o["act"] == "specimen.venipuncture" else o for o in data["acts"]]
    text = json.dumps({**data, "acts": acts}, indent=1)
    browser, form = house.browser("whitaker"), {"form_key": str(uuid7()), "from_on": str(house.day), "text": text}
    seen = browser.post("/impact/text", form).content.decode()
    assert "What the two texts say differently" in seen and '<td class="small">no</td>' in seen
    assert "1 of 1 acts" in seen and "Adopt this text from" in seen and not StateFile.objects.exists()
    done = browser.post("/delegation/rules/adopt", {**form, "state": "US-CA", "text": text.replace("\n", "\r\n")})
    kept = StateFile.objects.get()
    assert done.status_code == 303 and kept.text == text and kept.from_on == house.day
    again = browser.post("/impact/text", {**form, "text": text[:-30]})
    assert again.status_code == 422 and "the text, line" in again.content.decode()


def test_what_is_wrong_in_a_file_that_was_sent_goes_by_the_name_of_that_file(house):
    browser, form = house.browser("whitaker"), {"form_key": str(uuid7()), "from_on": str(house.day)}
    for raw, told in (
        (rules.state("US-TX").text, "this text is of US-TX; it is wanted for US-CA."),
        ("{ ", "texas-new.json, line 1, column 3"),
        ('{"certification": {}}', "texas-new.json, line 1, column 1"),
    ):
        sent = SimpleUploadedFile("texas-new.json", raw.encode(), "application/json")
        answer = browser.post("/impact/text", {**form, "file": sent})
        page = answer.content.decode()
        assert answer.status_code == 422 and told in page and "texas-new.json, line" in page and "CA.json" not in page


def test_what_ends_in_the_coming_days_is_asked_about_on_each_of_them(house):
    staff, boss = house.people["varga"], house.acting("whitaker")
    [card] = wallet(staff.pk)
    first, last = clock.today(house.site.timezone), clock.today(house.site.timezone) + timedelta(days=13)
    credentials.revoke(
        boss,
        RevokeCredential.of(credential=card["credential"].pk, reason="Moves away", from_on=first + timedelta(days=5)),
    )
    days = load.world(house.site, first, last).standing
    held = [bool(own[staff.pk]["licences"]) for _, own in days]
    assert (days[0][0], days[-1][0]) == (first, first + timedelta(days=5))
    assert held == [True] * (len(days) - 1) + [False] and len(days) <= 3


@pytest.mark.parametrize("url", ["/coverage", "/what-if", "/impact", "/delegation/rules"])
def test_an_assistant_does_not_look_ahead_for_the_office(house, url):
    answer = house.browser("reyes").get(url)
    assert answer.status_code == 403 and "not among the acts of this role" in answer.content.decode()


def test_the_sheet_for_the_wall_is_a_pdf_for_who_may_look_ahead(house):
    url = f"/delegation/sheet/{house.people['reyes'].pk}.pdf"
    made = house.browser("hale").get(url)
    assert made.status_code == 200 and made.content.startswith(b"%PDF")
    assert house.browser("silva").get(url).status_code == 403
    assert house.browser("hale").get(f"/delegation/sheet/{uuid7()}.pdf").status_code == 404


def test_a_type_of_visit_names_clinical_acts_only(house):
    type_ = AppointmentType.objects.get(code="shots")
    with pytest.raises(Invalid):
        ChangeType.of(type=type_.pk, acts=("schedule.manage",))
    kept = scheduling.change_type(
        house.acting("whitaker"), ChangeType.of(type=type_.pk, acts=(SIGNS, SIGNS, "ecg.perform"))
    )
    assert kept.acts == [SIGNS, "ecg.perform"]
