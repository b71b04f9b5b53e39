"""Who works here and by what right, through the API: qualifications, looks at primary sources, standing orders."""

from datetime import timedelta

import pytest
from django.test import Client
from fhir.resources.R4B.activitydefinition import ActivityDefinition
from fhir.resources.R4B.practitioner import Practitioner
from fhir.resources.R4B.practitionerrole import PractitionerRole
from fhir.resources.R4B.verificationresult import VerificationResult

from medassist.codecs import fhir
from medassist.domain.credentials import actions, inputs
from medassist.domain.credentials.queries import office_day
from medassist.domain.office import actions as office_actions
from medassist.domain.office import inputs as office_inputs
from medassist.domain.orders import actions as orders
from medassist.domain.orders import inputs as order_inputs
from medassist.exchange.models import Resource
from medassist.kernel.models import AuditEntry
from tests.delegation.given import Office
from tests.fhir.conftest import Api, issue

MODELS = {one.__name__: one for one in (ActivityDefinition, Practitioner, PractitionerRole, VerificationResult)}
SEEN = "https://www.aama-ntl.org, verification of 3 November"


@pytest.fixture
def office(api):
    return Office()


def read(api, path):
    """What is kept, held to R4 by the codec and by a second reader."""
    answer = api.get(path)
    assert answer.status_code == 200, answer.content
    told = fhir.loads(answer.content)
    assert fhir.faults(told) == []
    MODELS[told["resourceType"]].model_validate_json(answer.content)
    return told


def recorded(office, person, **parts):
    start = {"staff": person.pk, "kind": "certificate", "name": "CMA (AAMA)", "number": "4711", "issuer": "AAMA"}
    return actions.record(office.ctx, inputs.RecordCredential.of(**{**start, **parts}))


def seen(office, held):
    return actions.verify(office.ctx, inputs.VerifyCredential.of(credential=held.pk, source=SEEN))


def revoked(office, held, **parts):
    given = inputs.RevokeCredential.of(credential=held.pk, reason="Lapsed", **parts)
    return actions.revoke(office.ctx, given)


def version(api, path):
    return int(read(api, path)["meta"]["versionId"])


# -- qualifications


def test_what_was_handed_in_is_no_qualification_until_somebody_saw_its_source(office, api):
    ma = office.assistant()
    path = f"Practitioner/{ma.pk}"
    before = read(api, path)
    held = recorded(office, ma, issued_on="2024-03-01", expires_on="2029-02-28")
    assert read(api, path) == before and "qualification" not in before
    seen(office, held)
    now = read(api, path)
    assert int(now["meta"]["versionId"]) == int(before["meta"]["versionId"]) + 1
    assert now["qualification"] == [{
        "id": str(held.pk), "identifier": [{"value": "4711", "assigner": {"display": "AAMA"}}],
        "code": {"text": "CMA (AAMA)"}, "period": {"start": "2024-03-01", "end": "2029-02-28"},
        "issuer": {"display": "AAMA"},
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "issuer"),
    [("CMA (AAMA)", "Certifying Board of the American Association of Medical Assistants (AAMA)"),
     ("RMA (AMT)", "American Medical Technologists (AMT)"), ("Certificate of nobody we know", None)],
)  # fmt: skip
def test_an_issuer_that_nobody_typed_is_the_one_that_the_certification_s_code_names(office, api, name, issuer):
    ma = office.assistant()
    seen(office, recorded(office, ma, name=name, issuer=""))
    [told] = read(api, f"Practitioner/{ma.pk}")["qualification"]
    assert told.get("issuer", {}).get("display") == issuer
    assert told["identifier"][0].get("assigner", {}).get("display") == issuer


def test_a_license_has_the_code_of_its_letters_and_its_state(office, api):
    doctor = office.provider()
    [told] = read(api, f"Practitioner/{doctor.pk}")["qualification"]
    assert told["code"] == {
        "text": "Physician, MD, US-CA",
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0360", "version": "2.7", "code": "MD",
            "display": "Doctor of Medicine",
        }],
    }  # fmt: skip


def test_a_test_of_the_workers_own_health_is_shown_to_nobody(office, api):
    ma = office.assistant()
    before = version(api, f"Practitioner/{ma.pk}")
    for kind in ("tb", "immunity"):
        seen(office, recorded(office, ma, kind=kind, name=f"Proof {kind}", number=kind, issuer=""))
    assert version(api, f"Practitioner/{ma.pk}") == before
    assert api.ids(f"VerificationResult?target=Practitioner/{ma.pk}") == []


def test_a_revocation_ends_the_qualification_on_the_day_before(office, api):
    ma = office.assistant()
    held = recorded(office, ma, issued_on="2024-03-01", expires_on="2029-02-28")
    look = seen(office, held)
    before = version(api, f"Practitioner/{ma.pk}")
    revoked(office, held)
    now = read(api, f"Practitioner/{ma.pk}")
    yesterday = office_day() - timedelta(days=1)
    assert now["qualification"][0]["period"] == {"start": "2024-03-01", "end": yesterday.isoformat()}
    assert int(now["meta"]["versionId"]) == before + 1
    told = read(api, f"VerificationResult/{look.pk}")
    assert (told["status"], told["meta"]["versionId"]) == ("reval-fail", "2") and "nextScheduled" not in told


def test_what_was_revoked_from_its_first_day_never_was_one(office, api):
    ma = office.assistant()
    held = recorded(office, ma, issued_on="2024-03-01")
    seen(office, held)
    revoked(office, held, from_on="2024-03-01")
    assert "qualification" not in read(api, f"Practitioner/{ma.pk}")


def test_what_was_never_verified_and_is_revoked_shows_nothing(office, api):
    ma = office.assistant()
    before = version(api, f"Practitioner/{ma.pk}")
    revoked(office, recorded(office, ma))
    assert version(api, f"Practitioner/{ma.pk}") == before
    assert api.ids(f"VerificationResult?target=Practitioner/{ma.pk}") == []


def test_a_change_of_name_keeps_the_qualifications_and_makes_one_version(office, api):
    ma = office.assistant()
    seen(office, recorded(office, ma))
    before = read(api, f"Practitioner/{ma.pk}")
    office_actions.change_staff(office.ctx, office_inputs.ChangeStaff.of(staff=ma.pk, family="Reyes-Lund"))
    now = read(api, f"Practitioner/{ma.pk}")
    assert now["name"][0]["family"] == "Reyes-Lund" and now["qualification"] == before["qualification"]
    assert int(now["meta"]["versionId"]) == int(before["meta"]["versionId"]) + 1
    assert api.ids("Practitioner?family=Reyes-Lund") == [str(ma.pk)]


def test_who_leaves_keeps_the_qualifications(office, api):
    ma = office.assistant()
    seen(office, recorded(office, ma))
    before = read(api, f"Practitioner/{ma.pk}")["qualification"]
    office_actions.leave(office.ctx, office_inputs.LeaveOffice.of(staff=ma.pk, to_on=office_day()))
    now = read(api, f"Practitioner/{ma.pk}")
    assert now["qualification"] == before


def test_the_oldest_stands_first_and_what_is_over_stays_with_its_end(office, api):
    ma = office.assistant()
    over = recorded(office, ma, issued_on="2020-01-01", expires_on="2022-01-01")
    now = recorded(office, ma, name="RMA (AMT)", issuer="AMT", number="9", issued_on="2024-01-01")
    seen(office, now)
    look = seen(office, over)
    told = read(api, f"Practitioner/{ma.pk}")["qualification"]
    assert [one["id"] for one in told] == [str(over.pk), str(now.pk)]
    assert [one["period"].get("end") for one in told] == ["2022-01-01", None]
    result = read(api, f"VerificationResult/{look.pk}")
    assert (result["status"], result["nextScheduled"]) == ("validated", "2022-01-01")


def test_somebody_with_an_npi_is_us_cores_practitioner_and_nobody_else_claims_it(office, api):
    profile = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-practitioner"
    hale = office.person("physician", "Hale", npi="1234567893")
    told = read(api, f"Practitioner/{hale.pk}")
    assert told["meta"]["profile"] == [profile]
    assert [(one["system"], one["value"]) for one in told["identifier"]] and told["name"][0]["family"] == "Hale"
    assert "profile" not in read(api, f"Practitioner/{office.assistant().pk}")["meta"]


def test_a_practitioner_from_elsewhere_stays_as_it_came(office, api, keep):
    came = {
        "resourceType": "Practitioner", "id": "elsewhere-1", "name": [{"family": "Reyes", "given": ["Ana"]}],
        "qualification": [{"code": {"text": "RN, as another office says"}}],
    }  # fmt: skip
    keep(came)
    before = read(api, "Practitioner/elsewhere-1")
    seen(office, recorded(office, office.assistant()))
    assert read(api, "Practitioner/elsewhere-1") == before
    assert before["qualification"] == came["qualification"] and before["meta"]["versionId"] == "1"


# -- roles


def test_roles_are_found_by_their_practitioner(office, api):
    ma, other = office.assistant(), office.person("nurse", "Okoro")
    [name] = api.ids(f"PractitionerRole?practitioner=Practitioner/{ma.pk}")
    told = read(api, f"PractitionerRole/{name}")
    assert told["code"] == [{"text": "Medical assistant"}] and told["active"] is True
    assert told["location"] == [{"reference": f"Location/{office.site.pk}"}]
    assert told["organization"] == {"reference": f"Organization/{office.site.organization_id}"}
    assert name not in api.ids(f"PractitionerRole?practitioner=Practitioner/{other.pk}")


# -- looks at a primary source


def test_a_look_at_the_register_is_a_result_found_by_whom_it_is_about(office, api):
    ma = office.assistant()
    held = recorded(office, ma, issued_on="2024-03-01", expires_on="2029-02-28")
    look = seen(office, held)
    assert api.ids(f"VerificationResult?target=Practitioner/{ma.pk}") == [str(look.pk)]
    assert api.ids(f"VerificationResult?target=Practitioner/{office.manager.pk}") == []
    told = read(api, f"VerificationResult/{look.pk}")
    assert told["status"] == "validated" and told["need"]["coding"][0]["code"] == "periodic"
    assert told["targetLocation"] == [f"Practitioner.qualification.where(id = '{held.pk}')"]
    assert told["nextScheduled"] == "2029-02-28" and told["statusDate"] == told["lastPerformed"]
    [source] = told["primarySource"]
    assert source["who"] == {"display": SEEN} and source["type"][0]["coding"][0]["code"] == "issuer"
    assert source["validationStatus"]["coding"][0]["code"] == "successful"
    assert told["attestation"]["who"] == {"reference": f"Practitioner/{office.manager.pk}"}
    assert told["validator"] == [{"organization": {"reference": f"Organization/{office.site.organization_id}"}}]


def test_looking_again_is_a_result_of_its_own_and_leaves_the_person_as_they_were(office, api):
    ma = office.assistant()
    held = recorded(office, ma)
    first = seen(office, held)
    before = version(api, f"Practitioner/{ma.pk}")
    second = seen(office, held)
    found = api.ids(f"VerificationResult?target=Practitioner/{ma.pk}")
    assert found == sorted([str(first.pk), str(second.pk)])
    assert version(api, f"Practitioner/{ma.pk}") == before
    revoked(office, held)
    assert {read(api, f"VerificationResult/{one}")["status"] for one in found} == {"reval-fail"}


def test_an_end_that_is_announced_asks_for_another_look(office, api):
    held = recorded(office, office.assistant())
    look = seen(office, held)
    revoked(office, held, from_on=office_day() + timedelta(days=7))
    assert read(api, f"VerificationResult/{look.pk}")["status"] == "req-revalid"


# -- standing orders


def signed(office, doctor, **parts):
    start = {
        "ordered": "immunization.administer", "title": "Influenza vaccine", "text": "Adults, no contraindication.",
        "review_on": office_day() + timedelta(days=365),
    }  # fmt: skip
    given = order_inputs.SignStandingOrder.of(**{**start, **parts})
    return orders.sign_standing(office.as_(doctor), given)


def test_a_signed_standing_order_is_an_active_definition(office, api):
    doctor = office.provider()
    one = signed(office, doctor, site=office.site.pk)
    assert api.ids("ActivityDefinition?status=active") == [str(one.pk)]
    assert api.ids("ActivityDefinition?title=influenza") == [str(one.pk)]
    told = read(api, f"ActivityDefinition/{one.pk}")
    assert (told["version"], told["description"]) == ("1", "Adults, no contraindication.")
    assert told["author"] == told["endorser"] == [{"name": "Nora Hale, MD"}]
    assert told["code"]["coding"][0]["code"] == "immunization.administer"
    assert told["effectivePeriod"] == {"start": one.signed_on.isoformat(), "end": one.review_on.isoformat()}
    assert told["location"] == {"reference": f"Location/{office.site.pk}"}


def test_the_next_version_retires_the_one_before_under_the_same_name(office, api):
    doctor = office.provider()
    first = signed(office, doctor)
    second = signed(office, doctor, replaces=first.pk, text="Adults and children over 6 months.")
    old, new = (read(api, f"ActivityDefinition/{one.pk}") for one in (first, second))
    assert (old["status"], old["meta"]["versionId"]) == ("retired", "2")
    assert old["effectivePeriod"]["end"] == second.signed_on.isoformat()
    assert (new["status"], new["version"], new["url"]) == ("active", "2", old["url"])
    assert new["relatedArtifact"] == [{"type": "predecessor", "resource": f"{old['url']}|1"}]
    assert api.ids("ActivityDefinition?status=active") == [str(second.pk)]
    assert api.ids(f"ActivityDefinition?url={old['url']}&version=1") == [str(first.pk)]


def test_a_withdrawn_standing_order_is_retired(office, api):
    doctor = office.provider()
    one = signed(office, doctor)
    given = order_inputs.WithdrawStandingOrder.of(standing_order=one.pk, reason="New guidance")
    orders.withdraw_standing(office.as_(doctor), given)
    assert api.ids("ActivityDefinition?status=retired") == [str(one.pk)]
    assert read(api, f"ActivityDefinition/{one.pk}")["effectivePeriod"]["end"] == office_day().isoformat()


# -- who may see it


KINDS = ("Practitioner", "PractitionerRole", "VerificationResult", "ActivityDefinition")


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_sees_what_its_scope_names_and_nothing_beside(office, api, ctx, kind):
    ma, doctor = office.assistant(), office.provider()
    seen(office, recorded(office, ma))
    signed(office, doctor)
    mine = Api(issue(ctx, f"system/{kind}.rs", name="directory"), Client())
    other = Api(issue(ctx, "system/Patient.rs", name="portal"), Client())
    assert mine.ids(kind) == api.ids(kind) != []
    one = mine.ids(kind)[0]
    assert mine.get(f"{kind}/{one}").status_code == 200
    for path in (kind, f"{kind}/{one}"):
        assert other.get(path).status_code == 403
        assert Api("", Client()).get(path).status_code == 401
    assert set(Resource.objects.filter(type=kind).values_list("patient", flat=True)) == {""}
    assert AuditEntry.objects.filter(act="house.list", subject__contains=f"{kind}/{one}").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_none_of_it_is_written_from_outside(office, api, kind):
    assert api.send("POST", kind, {"resourceType": kind}).status_code == 405


def test_the_statement_of_what_this_can_do_names_these_searches(office, api):
    told = fhir.loads(api.get("metadata").content)["rest"][0]["resource"]
    named = {one["type"]: {p["name"] for p in one.get("searchParam", ())} for one in told}
    assert "practitioner" in named["PractitionerRole"] and named["VerificationResult"] == {"target"}
    assert {"status", "url", "version", "effective"} <= named["ActivityDefinition"]
