"""Tokens of an identity provider over real HTTP: good ones, and every forgery that the checks are there for."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from api.client import Client
from ledger.setup import Databases
from tests.api.identity.provider import AUDIENCE, EC, RSA, STRANGER, claims, provider, token
from tests.api.identity.replayed import Asker
from tests.api.test_flows import Park
from tests.service import Service, environment, start_service

GRANT = """mutation ($claim: ClaimInput!, $input: GrantInput!) { grantClaim(claim: $claim, input: $input) {
  ... on ClaimGranted { grant { id kind claim { issuer name value } } } ... on Refusal { code field message } } }"""
VIEWER = "{ viewer { actor role rights tenant { id } } }"
SITES = "query ($t: ID!) { sites(tenantId: $t) { nodes { code } } }"


@dataclass
class Trusting:
    """A service that trusts the provider, with a tenant whose device is granted something."""

    service: Service
    issuer: str
    park: Park

    def ask(self, credential: str, document: str = VIEWER, **variables: Any) -> tuple[int, dict[str, Any]]:
        answer = Asker(self.service, credential).ask(document, variables)
        return answer.status_code, answer.json()

    def grant(self, name: str, value: str, role: str = "CONTRIBUTOR", tenant: str = "") -> dict[str, Any]:
        claim = {"issuer": self.issuer, "name": name, "value": value}
        given = {"tenantId": tenant or self.park.tenant, "system": value, "role": role}
        answer: dict[str, Any] = self.park.client.ask(GRANT, {"claim": claim, "input": given})["grantClaim"]
        return answer


@pytest.fixture(scope="module")
def trusting(databases: Databases) -> Iterator[Trusting]:
    with provider() as issuer:
        one = {"issuer": issuer, "audience": AUDIENCE, "key_set": f"{issuer}/keys", "claims": ["groups"]}
        named = {"PARKLEDGER_IDENTITY_PROVIDERS": json.dumps([one]), "PARKLEDGER_PRIVATE_KEY_SETS": "true"}
        started = start_service({**environment(databases), **named})
        try:
            with Client(started.url) as client:
                found = Trusting(started, issuer, Park(client))
                assert found.grant("sub", "device-7")["grant"]["kind"] == "CLAIM"
                yield found
        finally:
            started.stop()


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
@pytest.mark.parametrize("typ", ["at+jwt", "JWT"])
def test_a_good_token_is_its_grant(trusting: Trusting, key: Any, alg: str, typ: str) -> None:
    status, answer = trusting.ask(token(claims(trusting.issuer), key, alg, typ=typ))
    found = answer["data"]["viewer"]
    assert (status, found["actor"], found["role"]) == (200, "device-7", "CONTRIBUTOR")
    assert found["rights"] == ["ACTIVITY_WRITE", "PERIOD_WRITE", "REGISTRY_READ"]
    assert found["tenant"]["id"] == trusting.park.tenant


def unsigned(stated: dict[str, Any]) -> str:
    parts = ({"alg": "none", "typ": "JWT", "kid": "rsa"}, stated)
    return ".".join(encoded(json.dumps(one).encode()) for one in parts) + "."


def signed_with_the_public_key(stated: dict[str, Any]) -> str:
    parts = ({"alg": "HS256", "typ": "JWT", "kid": "rsa"}, stated)
    signed = ".".join(encoded(json.dumps(one).encode()) for one in parts)
    return f"{signed}.{encoded(hmac.digest(RSA.as_pem(private=False), signed.encode(), 'sha256'))}"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


NOW = int(time.time())
FORGED: dict[str, Any] = {
    "algorithm none": unsigned,
    "HS256 with the public key": signed_with_the_public_key,
    "another's key under a known kid": lambda stated: token(stated, STRANGER),
    "a kid that is not published": lambda stated: token(stated, kid="other"),
    "no kid": lambda stated: token(stated, kid=""),
    "a type of something else": lambda stated: token(stated, typ="dpop+jwt"),
    "critical extensions": lambda stated: token(stated, crit=["kid"]),
    "another audience": lambda stated: token({**stated, "aud": "another"}),
    "no audience": lambda stated: token({name: one for name, one in stated.items() if name != "aud"}),
    "another issuer": lambda stated: token({**stated, "iss": "https://elsewhere.example"}),
    "no issuer": lambda stated: token({name: one for name, one in stated.items() if name != "iss"}),
    "expired": lambda stated: token({**stated, "exp": NOW - 61}),
    "no end": lambda stated: token({name: one for name, one in stated.items() if name != "exp"}),
    "not yet valid": lambda stated: token({**stated, "nbf": NOW + 3600}),
    "no subject": lambda stated: token({name: one for name, one in stated.items() if name != "sub"}),
    "nothing is granted": lambda stated: token({**stated, "sub": "device-8"}),
    "altered": lambda stated: altered(token(stated)),
    "too long": lambda stated: token({**stated, "more": "x" * 9000}),
    "no token": lambda _: "abc.def.ghi",
    "no claims": lambda _: "eyJhbGciOiJSUzI1NiJ9.W10.x",
}


def altered(text: str) -> str:
    head, _, signature = text.split(".")
    stated = json.dumps(claims("x") | {"sub": "device-9"}).encode()
    return f"{head}.{encoded(stated)}.{signature}"


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_nobody(trusting: Trusting, name: str) -> None:
    text = FORGED[name](claims(trusting.issuer))
    answer = Asker(trusting.service, text).ask(VIEWER, {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="parkledger", error="invalid_token"'
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert text[:40] not in answer.text, "what was sent is never quoted"


def test_clocks_may_differ_by_a_minute(trusting: Trusting) -> None:
    late = token(claims(trusting.issuer, exp=int(time.time()) - 50))
    assert trusting.ask(late)[0] == 200


def test_a_group_is_granted_something_and_the_subject_goes_before_it(trusting: Trusting) -> None:
    group, other = uuid4().hex, uuid4().hex
    trusting.grant("groups", group, "AUDITOR")
    of_group = token(claims(trusting.issuer, sub="person-1", groups=[group, "another"]))
    assert trusting.ask(of_group)[1]["data"]["viewer"]["role"] == "AUDITOR"
    assert trusting.ask(token(claims(trusting.issuer, groups=[group])))[1]["data"]["viewer"]["role"] == "CONTRIBUTOR"
    trusting.grant("groups", other, "REVIEWER")
    status, answer = trusting.ask(token(claims(trusting.issuer, sub="person-1", groups=[group, other])))
    assert status == 401
    assert "2 grants are of this token" in answer["errors"][0]["message"]


def test_a_claim_that_was_revoked_is_nobody_at_once(trusting: Trusting) -> None:
    subject = uuid4().hex
    grant = trusting.grant("sub", subject)["grant"]["id"]
    text = token(claims(trusting.issuer, sub=subject))
    assert trusting.ask(text, SITES, t=trusting.park.tenant)[1]["data"]["sites"]["nodes"] == [{"code": "s1"}]
    revoke = "mutation ($i: RevokeApiKeyInput!) { revokeApiKey(input: $i) { __typename } }"
    trusting.park.client.ask(revoke, {"i": {"id": grant, "reason": "gone"}})
    assert trusting.ask(text, SITES, t=trusting.park.tenant)[0] == 401
