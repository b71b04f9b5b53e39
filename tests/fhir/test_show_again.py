"""What was there before its resources were shown is shown when an office asks for it, and nothing twice."""

from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from django.db import connection

from medassist.codecs import fhir
from medassist.exchange import actions, anew
from medassist.exchange.inputs import ShowAgain
from medassist.exchange.models import Resource, Version
from medassist.interfaces.cli import exchange as cli
from medassist.interfaces.cli import house
from medassist.kernel import guard
from medassist.kernel.action import ACTIONS
from medassist.kernel.context import system_context
from medassist.kernel.errors import Missing
from medassist.kernel.models import AuditEntry
from tests.access.walk import given_house
from tests.delegation.given import Office
from tests.fhir.test_staff import read, recorded, seen, signed

SHOWN = ("exchange_version", "exchange_moment", "exchange_text", "exchange_amount", "exchange_resource")


@contextmanager
def forgotten():
    """The record as it was before anything was shown: the owner takes it away, past the locks."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        for table in SHOWN:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"SET session_replication_role = origin; SET ROLE {guard.ROLE}")
    yield


def show_again(monkeypatch, *types):
    monkeypatch.setattr(house, "enter", lambda: None)
    answer = CliRunner().invoke(cli.command, ["show-again", *types])
    assert answer.exit_code == 0, answer.output
    return answer.output


def shown():
    """Everything that is shown, without versions and times."""
    rows = Resource.objects.filter(deleted=False).prefetch_related("versions")
    told = {
        (one.type, one.fhir_id): fhir.loads(bytes(max(one.versions.all(), key=lambda v: v.version).body))
        for one in rows
    }
    for one in told.values():
        one["meta"] = {k: v for k, v in one["meta"].items() if k not in ("versionId", "lastUpdated")}
    return told


@pytest.fixture
def full(transactional_db):
    return given_house()


def test_a_house_whose_record_was_lost_shows_the_same_again_and_then_nothing_new(full, monkeypatch):
    before = shown()
    assert {"Patient", "Practitioner", "PractitionerRole", "Encounter", "Slot"} <= {k for k, _ in before}
    show_again(monkeypatch)
    assert shown() == before and not Version.objects.filter(action="exchange.show_again").exists()
    with forgotten():
        told = show_again(monkeypatch)
    assert shown() == before and "PractitionerRole: " in told
    count = Version.objects.count()
    show_again(monkeypatch)
    assert Version.objects.count() == count == Resource.objects.count()


def test_orders_looks_and_shifts_from_before_are_found(api, monkeypatch):
    office = Office()
    ma, doctor = office.assistant(), office.provider()
    held = recorded(office, ma, issued_on="2024-03-01", expires_on="2029-02-28")
    look, order = seen(office, held), signed(office, doctor)
    proof = seen(office, recorded(office, ma, kind="tb", name="Proof", number="1", issuer=""))
    with forgotten():
        assert api.get(f"ActivityDefinition/{order.pk}").status_code == 404
        show_again(monkeypatch)
    assert read(api, f"ActivityDefinition/{order.pk}")["status"] == "active"
    assert read(api, f"VerificationResult/{look.pk}")["status"] == "validated"
    assert api.get(f"VerificationResult/{proof.pk}").status_code == 404
    assert read(api, f"Practitioner/{ma.pk}")["qualification"][0]["code"] == {"text": "CMA (AAMA)"}
    assert api.ids(f"VerificationResult?target=Practitioner/{ma.pk}") == [str(look.pk)]


def test_only_the_types_that_were_asked_are_shown(api, monkeypatch):
    office = Office()
    order = signed(office, office.provider())
    with forgotten():
        show_again(monkeypatch, "ActivityDefinition")
    assert shown().keys() == {("ActivityDefinition", str(order.pk))}
    wrong = CliRunner().invoke(cli.command, ["show-again", "Elephant"])
    assert wrong.exit_code == 2 and "Elephant: nothing here shows it" in wrong.output


def test_each_part_is_an_action_of_the_system_in_the_trail_and_goes_on_after_its_last_row(api):
    office = Office()
    orders = [signed(office, office.provider(), title=f"Order {n}") for n in range(3)]
    with forgotten():
        first = actions.show_again(system_context("cli"), ShowAgain(rows="orders.StandingOrder", most=2))
        rest = actions.show_again(
            system_context("cli"), ShowAgain(rows="orders.StandingOrder", most=2, after=first.last)
        )
    assert (first.rows, first.changed, rest.rows, rest.changed) == (2, 2, 1, 1)
    assert {str(one.pk) for one in orders} == {name for _, name in shown()}
    entries = AuditEntry.objects.filter(action="exchange.show_again")
    assert len(entries) == 2 and all("orders.StandingOrder" in str(one.detail) for one in entries)
    with pytest.raises(Missing):
        actions.show_again(system_context("cli"), ShowAgain(rows="orders.Nothing"))


def test_what_came_from_elsewhere_stays_as_it_came(api, keep, monkeypatch):
    [key] = keep({"resourceType": "Practitioner", "id": "far", "name": [{"family": "Far"}]})
    show_again(monkeypatch)
    assert Resource.objects.get(pk=key).version == 1


def test_every_type_that_an_action_shows_can_be_shown_again():
    promised = {kind for info in ACTIONS.values() for kind in info.shows or ()}
    assert promised - {kind for rows in anew.ROWS.values() for kind in rows.types} == set()
