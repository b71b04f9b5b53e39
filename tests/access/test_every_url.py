"""Every address of the product, signed out and as every role: closed unless it says what it opens."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from medassist.interfaces.web.models import Account
from medassist.kernel.models import AuditEntry
from tests.access.given import browser, given_account, signed_in
from tests.access.test_glass import restrict
from tests.access.walk import WRITTEN_LIST, addresses, allowed, given_house
from tests.office.given import given_office

pytestmark = pytest.mark.django_db(transaction=True)
# Tables that hold something of a patient; a public page may not even ask for them
OF_PATIENTS = re.compile(
    r'"(people|records|vitals|visits|scheduling|billing|specimens|medications|labs|phones|orders|worklist|exchange)_\w+"'
)
FINE = {200, 204, 301, 302, 303, 400, 401, 403, 404, 405, 409, 410, 422}
# Pages that show many patients in one line each; a restricted chart's name may stand there
LISTS = ("board", "find", "audit", "worklist", "scheduling", "people/", "visits", "vitals/unmatched")


def test_every_address_is_a_page_that_says_what_it_opens_or_stands_on_the_written_list():
    unknown = [
        one.route
        for one in addresses()
        if one.page is None and not getattr(one.view, "open_because", "") and one.route not in WRITTEN_LIST
    ]
    assert not unknown


def test_no_public_page_asks_for_a_patient():
    given_office()
    for one in addresses():
        if one.page is None or not one.page.public:
            continue
        for method in ("get", "post"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = getattr(browser(), method)(one.path({}))
            assert answer.status_code in FINE | {429}, (one.route, answer.status_code)
            touched = [q["sql"][:200] for q in asked if OF_PATIENTS.search(q["sql"])]
            assert not touched, (one.route, touched)


def test_signed_out_nothing_opens():
    house = given_house()
    for one in addresses():
        if one.page is not None and one.page.public:
            continue
        for method in ("get", "post"):
            answer = getattr(browser(), method)(one.path(house.ids))
            assert answer.status_code != 200 or one.route in WRITTEN_LIST or _no_data(answer), (one.route, method)
            assert b"Zyxgard" not in answer.content, one.route
            if one.page is not None:
                to_sign_in = answer.status_code in (302, 303) and answer["Location"].startswith("/signin")
                assert to_sign_in or answer.status_code == 405, (one.route, method, answer.status_code)
    assert not AuditEntry.objects.filter(action="reading.open", outcome="opened").exists()


def _no_data(answer) -> bool:
    """FHIR's own description of itself is open by the standard."""
    return b'"CapabilityStatement"' in answer.content


def test_every_page_answers_every_role_as_the_table_of_acts_says_without_breaking_and_with_its_headers():
    house = given_house()
    pages = [one for one in addresses() if one.page and not one.route.startswith(("signout", "me/everywhere"))]
    assert sum(_of_an_act(one) for one in pages) > 20
    for role, account in house.accounts.items():
        client = signed_in(account)
        for one in pages:
            answer = client.get(one.path(house.ids))
            assert answer.status_code in FINE, (role, one.route, answer.status_code)
            _says_its_headers(one, answer)
            if _of_an_act(one) and not allowed(role, one.page.act):
                assert answer.status_code in (403, 405), (role, one.route, answer.status_code)
                assert client.post(one.path(house.ids)).status_code in (403, 405), (role, one.route)
            elif _of_an_act(one) and not one.names:
                assert answer.status_code != 403, (role, one.route)
    assert {"medical-assistant", "physician", "manager", "front-desk", "privacy-officer", "student"} <= set(
        house.accounts
    )


def _of_an_act(one) -> bool:
    """Whether a page is of an act of the house, whoever is looked at."""
    return one.page.act.startswith("house.") and not one.page.opens


def _says_its_headers(one, answer):
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy, one.route
    for name in ("X-Request-ID", "Permissions-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert name in answer.headers, (one.route, name)
    assert answer.headers["X-Frame-Options"] == "DENY"
    if not one.page.public and answer.status_code == 200:
        assert "no-store" in answer.headers["Cache-Control"], one.route
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        _nothing_inline(one.route, answer.content.decode())


def _nothing_inline(route, html):
    """What a strict policy would stop must not be there."""
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html), route
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html), route
    assert "javascript:" not in html and "<style" not in html, route


def test_no_address_in_any_page_carries_what_a_patient_is():
    house = given_house()
    told = ("zyxgard", house.patient.mrn.lower(), "1961-04-02")
    for account in (house.accounts["medical-assistant"], house.accounts["privacy-officer"]):
        client = signed_in(account)
        for one in addresses():
            if one.page is None or one.page.public:
                continue
            answer = client.get(one.path(house.ids))
            for url in re.findall(
                r'(?:href|action|src|hx-get|hx-post)="([^"]*)"', answer.content.decode(errors="ignore")
            ):
                assert not any(word in url.lower() for word in told), (one.route, url)


def test_a_form_without_its_token_does_nothing_anywhere():
    house = given_house()
    client = signed_in(house.accounts["manager"])
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["session"] = client.cookies["session"].value
    before = AuditEntry.objects.count()
    for one in addresses():
        if one.route.startswith(("fhir/", "healthz", "readyz", "metrics")):
            continue
        answer = strict.post(one.path(house.ids), {"form_key": "x"})
        assert answer.status_code in (403, 405), (one.route, answer.status_code)
    assert AuditEntry.objects.count() == before


def test_a_restricted_chart_shows_itself_by_no_address():
    house = given_house()
    restrict(house.patient, ctx=house.acting("manager"))
    client = signed_in(house.accounts["medical-assistant"])
    for one in addresses():
        if not {"patient", "visit"} & set(one.names) or one.route.startswith(LISTS):
            continue
        for method in ("get", "post"):
            for headers in ({}, {"HX-Request": "true"}):
                answer = getattr(client, method)(one.path(house.ids), headers=headers)
                assert answer.status_code in FINE, (one.route, answer.status_code)
                assert b"Zyxgard" not in answer.content, (method, one.route, headers)


def test_every_refusal_of_a_restricted_chart_leads_to_the_reason_and_back():
    house = given_house()
    restrict(house.patient, ctx=house.acting("manager"))
    client = signed_in(house.accounts["medical-assistant"])
    for path in (f"/patients/{house.patient.pk}", f"/rooming/{house.visit.pk}"):
        refused = client.get(path)
        assert refused.status_code == 403 and f'href="/glass/{house.patient.pk}"' in refused.content.decode()
    why = {"kind": "treatment", "reason": "She is in room 4 and asks for her result."}
    assert client.post(f"/glass/{house.patient.pk}", why)["Location"] == f"/rooming/{house.visit.pk}"
    assert b"Zyxgard" in client.get(f"/rooming/{house.visit.pk}").content


def test_opening_a_chart_leaves_one_entry_a_request():
    house = given_house()
    client = signed_in(house.accounts["medical-assistant"])
    for one in addresses():
        if not {"patient", "visit"} & set(one.names) or one.page is None or one.route.startswith(("audit", "glass")):
            continue
        before = AuditEntry.objects.count()
        answer = client.get(one.path(house.ids))
        if answer.status_code == 200 and b"Zyxgard" in answer.content:
            fresh = AuditEntry.objects.order_by("-id")[: AuditEntry.objects.count() - before]
            opened = [e for e in fresh if e.outcome == "opened" and e.patient == house.patient.pk]
            assert len(opened) == 1, one.route


def test_a_request_of_a_person_costs_two_queries_before_the_page(settings):
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_yes"
    client = signed_in(given_account())
    client.get("/signin/help")
    with CaptureQueriesContext(connection) as asked:
        client.get("/signin/help")
    assert len(asked) == 2, [q["sql"][:100] for q in asked]
    with CaptureQueriesContext(connection) as asked:
        browser().get("/signin/help")
        client.get("/healthz")
    assert len(asked) == 0


def test_what_is_not_there_says_so_in_the_house_s_words():
    given_office()
    answer = browser().get("/no/such/page")
    assert answer.status_code == 404 and "There is no such page" in answer.content.decode()
    assert answer.headers["X-Request-ID"] in answer.content.decode()
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_request_s_number_is_taken_over_only_where_it_is_one():
    given = browser().get("/healthz", headers={"X-Request-ID": "abc-123-def"})
    assert given["X-Request-ID"] == "abc-123-def"
    for wrong in ("x\r\nSet-Cookie: a=b", "<script>", "a" * 65, "", "ü" * 10):
        try:
            told = browser().get("/healthz", headers={"X-Request-ID": wrong})["X-Request-ID"]
        except ValueError:
            continue
        assert re.fullmatch(r"[0-9a-f]{32}", told)


def test_settings_hold_what_the_pages_rely_on():
    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    assert settings.SECURE_REFERRER_POLICY == "same-origin" and settings.X_FRAME_OPTIONS == "DENY"
    assert not settings.DEBUG and settings.ALLOWED_HOSTS != ["*"]
    assert Account._meta.label == settings.AUTH_USER_MODEL


def test_a_button_s_address_opened_as_a_page_says_so():
    given_office()
    answer = browser().get("/lock/open")
    assert answer.status_code == 405 and answer.headers["Allow"] == "POST"
    assert "Use the button on the page before" in answer.content.decode()
