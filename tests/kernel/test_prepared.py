"""A question whose SQL is written once gives what its queryset gives, to everybody who asks at once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from medassist.interfaces.web.models import Account, Sitting
from medassist.kernel.prepared import Prepared
from tests.access.given import given_account

pytestmark = pytest.mark.django_db(transaction=True)

named = Prepared(lambda name: Account.objects.select_related("actor").filter(username=name), "?")


def test_it_gives_rows_with_what_belongs_to_them_in_one_question():
    account = given_account()
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            (found,) = named(account.username)
            assert (found, found.actor.name, found.prefs) == (account, account.actor.name, account.prefs)
        assert len(asked) == 1
    assert named("nobody") == [] and named.first("nobody") is None


def test_what_is_deferred_stays_deferred_and_a_relation_may_be_empty():
    account = given_account()
    stay = Sitting.objects.create(account=account, how="password", draft="secret")
    at = Prepared(
        lambda which: Sitting.objects.select_related("workstation").defer("draft").filter(pk=which), UUID(int=1)
    )
    found = at.first(stay.pk)
    assert found.get_deferred_fields() == {"draft"} and found.draft == "secret" and found.workstation is None


def test_threads_that_ask_at_once_each_get_their_own():
    names = [given_account(username=f"user{n}@example.org").username for n in range(8)]

    def ask(name):
        try:
            return [named.first(name).username for _ in range(20)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, names)) == [[name] * 20 for name in names]


def test_a_value_that_the_question_never_uses_is_an_error():
    with pytest.raises(ValueError, match="not in the SQL"):
        Prepared(lambda name, other: Account.objects.filter(username=name), "?", "!")("a", "b")
