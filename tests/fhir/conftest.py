"""A FHIR client with a token, and resources to ask for."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from medassist.codecs import fhir
from medassist.exchange import actions as exchange
from medassist.exchange.inputs import EnrolClient, IssueToken, Keep
from medassist.kernel.identifiers import uuid7

BASE = "/fhir/R4"


@dataclass
class Api:
    """The API as another system sees it."""

    token: str
    client: Client

    def send(self, method: str, path: str, body: Any = None, **headers: str):
        given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if self.token:
            given["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        if isinstance(body, dict):
            body = fhir.dumps(body)
        given_type = headers.get("content_type", "application/fhir+json")
        sent = {} if body is None else {"data": body, "content_type": given_type}
        return self.client.generic(method, f"{BASE}/{path}", **sent, **given)

    def get(self, path: str, **headers: str):
        return self.send("GET", path, **headers)

    def ids(self, path: str) -> list[str]:
        """The ids of what a search finds, all pages, sorted."""
        found, path = [], path
        while path:
            page = self.get(path)
            assert page.status_code == 200, page.content
            bundle = json.loads(page.content)
            found += [e["resource"]["id"] for e in bundle.get("entry", []) if e["search"]["mode"] == "match"]
            path = next((x["url"].split("/R4/")[1] for x in bundle["link"] if x["relation"] == "next"), None)
        return sorted(found)


def issue(ctx, *scopes: str, name: str = "lab") -> str:
    """A token for these scopes."""
    from hashlib import sha256

    account = exchange.enrol(ctx, EnrolClient(client=name))
    token = f"test-{uuid7()}"
    exchange.issue_token(
        ctx,
        IssueToken(
            actor=account.pk, client=name, scopes=scopes or ("system/*.cruds",), hash=sha256(token.encode()).digest()
        ),
    )
    return token


@pytest.fixture
def api(transactional_db, yes, ctx) -> Api:
    """A client that may do everything."""
    return Api(issue(ctx), Client())


@pytest.fixture
def keep(transactional_db, yes, ctx):
    """Keep resources as they come from elsewhere; gives our keys."""

    def keep(*resources: dict) -> list[UUID]:
        ids = [uuid7() for _ in resources]
        named = [f"{r['resourceType']}/{r['id']}" for r in resources]
        exchange.keep(ctx, Keep(named=named, ids=ids, resources=[fhir.loads(fhir.dumps(r)) for r in resources]))
        return ids

    return keep
