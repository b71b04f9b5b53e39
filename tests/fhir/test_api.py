"""Reading and writing over HTTP: tokens and scopes, versions and tags, the trail, and what is answered to mistakes."""

import json
from uuid import UUID

import pytest
from django.test import Client

from medassist.codecs import fhir
from medassist.exchange import actions as exchange
from medassist.exchange.inputs import RevokeToken
from medassist.exchange.models import Outcome, Received, Token
from medassist.kernel import clock
from medassist.kernel.models import AuditEntry
from tests.fhir.conftest import Api, issue

LEA = {"resourceType": "Patient", "id": "lea", "name": [{"family": "Vos", "given": ["Lea"]}], "birthDate": "1983-03-04"}


def said(answer) -> str:
    outcome = json.loads(answer.content)
    assert outcome["resourceType"] == "OperationOutcome"
    return " ".join(i["diagnostics"] for i in outcome["issue"])


def test_a_resource_is_read_with_its_tag_and_not_sent_twice(api, keep):
    keep(LEA)
    answer = api.get("Patient/lea")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert (answer["ETag"], answer["Cache-Control"]) == ('W/"1"', "no-store")
    assert fhir.loads(answer.content)["meta"]["versionId"] == "1"
    again = api.get("Patient/lea", if_none_match='W/"1"')
    assert (again.status_code, again.content) == (304, b"")


def test_every_read_and_search_leaves_one_entry_that_names_the_patient(api, keep):
    (key,) = keep(LEA)
    before = AuditEntry.objects.count()
    api.get("Patient/lea")
    api.get("Patient?family=vos")
    opened, listed = AuditEntry.objects.order_by("id")[before:]
    assert (opened.outcome, opened.patient, opened.via) == ("opened", key, "fhir")
    assert listed.outcome == "listed"
    detail = json.loads(listed.detail)
    assert detail["filter"] == {"family": "vos"} and detail["shown"] == [str(key)]


def test_versions_and_history_tell_what_was_when(api, keep):
    keep(LEA)
    (key,) = keep_again(keep, {**LEA, "gender": "female"})
    assert key
    assert "gender" not in fhir.loads(api.get("Patient/lea/_history/1").content)
    assert fhir.loads(api.get("Patient/lea/_history/2").content)["gender"] == "female"
    bundle = json.loads(api.get("Patient/lea/_history").content)
    assert (bundle["type"], bundle["total"]) == ("history", 2)
    assert [e["resource"]["meta"]["versionId"] for e in bundle["entry"]] == ["2", "1"]
    page = json.loads(api.get("Patient/lea/_history?_count=1").content)
    following = next(x["url"] for x in page["link"] if x["relation"] == "next").split("/R4/")[1]
    assert [e["resource"]["meta"]["versionId"] for e in json.loads(api.get(following).content)["entry"]] == ["1"]
    for path in ("Patient/lea/_history/3", "Patient/lea/_history/x", "Patient/nobody", "Patient/nobody/_history"):
        assert api.get(path).status_code == 404


def keep_again(keep, resource) -> list[UUID]:
    """A further state of something kept, under the same key."""
    from medassist.exchange import names
    from medassist.exchange.inputs import Keep
    from medassist.kernel.testing import context

    key = names.keys_of([(resource["resourceType"], resource["id"])])[(resource["resourceType"], resource["id"])]
    exchange.keep(context(), Keep(named=["again"], ids=[key], resources=[dict(resource)]))
    return [key]


def test_without_a_valid_token_nothing_is_told_but_what_the_server_can(api, keep, ctx):
    keep(LEA)
    for token in ("", "wrong"):
        answer = Api(token, Client()).get("Patient/lea")
        assert answer.status_code == 401 and "Bearer" in answer["WWW-Authenticate"]
    assert Api("", Client()).get("metadata").status_code == 200
    assert json.loads(Api("", Client()).get(".well-known/smart-configuration").content)["capabilities"]
    exchange.revoke_token(ctx, RevokeToken(token=Token.objects.get().pk))
    assert api.get("Patient/lea").status_code == 401


def test_a_token_past_its_time_opens_nothing(api, settings, monkeypatch, ctx, keep):
    from datetime import timedelta
    from hashlib import sha256

    from medassist.exchange.inputs import EnrolClient, IssueToken

    account = exchange.enrol(ctx, EnrolClient(client="old"))
    exchange.issue_token(
        ctx,
        IssueToken(
            actor=account.pk,
            client="old",
            scopes=["system/*.read"],
            hash=sha256(b"old").digest(),
            expires_at=clock.now() - timedelta(minutes=1),
        ),
    )
    assert Api("old", Client()).get("Patient").status_code == 401


@pytest.mark.parametrize(("scope", "allowed"), [
    ("system/*.read", "read search"), ("system/Patient.rs", "read search"), ("system/Patient.r", "read"),
    ("system/*.s", "search"), ("system/Observation.read", ""), ("system/*.write", "create"),
    ("system/*.cruds", "read search create"), ("system/Patient.*", "read search create"),
])  # fmt: skip
def test_scopes_cover_what_they_say(transactional_db, yes, ctx, keep, scope, allowed):
    keep(LEA)
    one = Api(issue(ctx, scope), Client())
    found = {
        "read": one.get("Patient/lea").status_code != 403,
        "search": one.get("Patient").status_code != 403,
        "create": one.send("POST", "Patient", b"{}").status_code != 403,
    }
    assert " ".join(name for name, may in found.items() if may) == allowed


def test_a_search_needs_the_scopes_of_all_that_it_looks_into(transactional_db, yes, ctx):
    one = Api(issue(ctx, "system/Observation.rs"), Client())
    assert one.get("Observation?status=final").status_code == 200
    for path in (
        "Observation?patient.name=x",
        "Observation?_include=Observation:subject&_revinclude=Provenance:target",
        "Observation?_has:DiagnosticReport:result:status=final",
    ):
        assert one.get(path).status_code == 403, path


def test_a_search_of_charts_asks_for_opening_charts(api, keep, settings):
    settings.MEDASSIST_AUTHORITY = "tests.fhir.test_api.only_lists"
    assert api.get("Patient").status_code == 200
    assert api.get("Slot").status_code == 200
    assert api.get("Observation").status_code == 403
    assert api.get("Condition?_summary=count").status_code == 403


def only_lists(ctx, act, subject):
    from medassist.kernel.testing import NO, YES

    return YES if act.name == "house.list" else NO


def test_head_has_the_headers_and_no_body(api, keep):
    keep(LEA)
    answer = api.send("HEAD", "Patient/lea")
    assert (answer.status_code, answer.content, answer["ETag"]) == (200, b"", 'W/"1"')


def test_the_authority_says_no_to_reads_and_searches_too(api, keep, no):
    keep_error = api.get("Patient")
    assert keep_error.status_code == 403
    assert "No, says the test." in said(keep_error)


def test_a_chart_refused_is_not_sent(api, keep, settings):
    keep(LEA)
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"
    answer = api.get("Patient/lea")
    assert answer.status_code == 403 and b"Vos" not in answer.content
    assert AuditEntry.objects.order_by("id").last().outcome == "refused"


def test_what_is_asked_wrongly_is_answered_with_an_outcome(api):
    assert api.get("Patient", accept="application/fhir+xml").status_code == 406
    assert api.send("DELETE", "Patient/1").status_code == 405
    assert api.send("POST", "", b"{}").status_code == 405
    assert api.send("POST", "Basic", b"{}").status_code == 405
    assert api.send("PUT", "Patient/none", LEA).status_code == 404
    assert api.send("POST", "Patient", b"{", content_type="application/fhir+json").status_code == 400
    assert api.send("POST", "Patient", b"<x/>", content_type="application/fhir+xml").status_code == 415
    assert "Observation" in said(api.send("POST", "Patient", {"resourceType": "Observation"}))


def test_what_is_sent_is_kept_with_what_came_of_it(api):
    bad = {"resourceType": "Patient", "birthDate": "2026-02-31"}
    answer = api.send("POST", "Patient", bad, x_request_id="req-00000001")
    assert answer.status_code == 422
    assert json.loads(answer.content)["issue"][0]["expression"] == ["Patient.birthDate"]
    arrived = Received.objects.get()
    assert (arrived.via, arrived.control, arrived.kind) == ("fhir", "req-00000001", "POST Patient")
    assert bytes(arrived.bytes.content) == fhir.dumps(bad)
    assert Outcome.objects.get().outcome == "invalid"


def test_a_body_beyond_ten_megabytes_is_not_read(api):
    answer = api.send("POST", "Patient", b"x" * 10_000_001)
    assert answer.status_code == 413


def test_the_capability_statement_is_valid_and_true(api):
    statement = fhir.loads(api.get("metadata").content)
    assert not fhir.faults(statement)
    kinds = {r["type"]: r for r in statement["rest"][0]["resource"]}
    assert len(kinds) > 100
    for kind in ("Patient", "Observation", "Slot"):
        for p in kinds[kind]["searchParam"]:
            answer = api.get(f"{kind}?{p['name']}={SAMPLE[p['type']]}")
            assert answer.status_code == 200, (kind, p["name"], answer.content)


SAMPLE = {
    "token": "a",
    "string": "a",
    "date": "2026",
    "quantity": "1",
    "number": "1",
    "uri": "urn:a",
    "reference": "a",
    "composite": "a$2026",
}
