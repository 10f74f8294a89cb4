"""Security headers on every answer of every route, whatever it answers and whoever asks."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from api.app import create_app
from api.client import authorization
from api.evidence.routes import EvidenceSettings
from api.ingest.formats import Limits
from api.ingest.worker import IngestSettings
from api.ingress.signatures import secret_of
from tests.service import Service

CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
KEPT = ("/assets", "/editor")
"""What a browser may keep: files that are the same for everybody."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    """The application with every route that there can be."""
    folder = tmp_path_factory.mktemp("headers")
    ingest = IngestSettings(folder, 1000, Limits(1000, 10), 1, 1)
    evidence = EvidenceSettings(folder, 1000)
    secrets = {"x": [secret_of("whsec_" + "QUJD" * 11)]}
    return create_app("postgresql://nobody@127.0.0.1:1/nothing", ingest=ingest, webhooks=secrets, evidence=evidence)


def paths(app: Starlette) -> Iterator[tuple[str, str]]:
    """Yield a method and path of every route over HTTP."""
    for route in app.routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/nothing"
        elif isinstance(route, Route):
            for method in sorted((route.methods or {"GET"}) | {"PUT"}):
                yield method, re.sub(r"{[^}]+}", "x", route.path)
    yield "GET", "/assets/page.css"
    yield "GET", "/nothing/of/ours"


def test_every_answer_has_them(app: Starlette, service: Service) -> None:
    seen = set()
    assert {path.split("/")[1] for _, path in paths(app)} >= {"graphql", "ingest", "evidence", "reports", "assets"}
    with httpx.Client(base_url=service.url, timeout=60) as client:
        for method, path in paths(app):
            for headers in ({}, authorization(), {"authorization": "Bearer nothing"}):
                answer = client.request(method, path, headers=headers)
                given = answer.headers
                asked = f"{method} {path} {answer.status_code}"
                seen.add(answer.status_code)
                assert EXPECTED.items() <= dict(given).items(), asked
                assert given["content-security-policy"].startswith(CLOSED), asked
                scripts = given["content-security-policy"].partition("script-src")[2].partition(";")[0]
                assert "unsafe" not in scripts, asked
                assert "geolocation=()" in given["permissions-policy"], asked
                assert "strict-transport-security" not in given, "it is for those who come by TLS"
                assert "server" not in given, asked
                if not path.startswith(KEPT):
                    assert given["cache-control"] == "no-store", asked
    assert {200, 401, 404, 405} <= seen


@pytest.mark.anyio
async def test_who_comes_by_tls_is_told_to_stay_with_it(app: Starlette) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://ledger.example") as client:
        answer = await client.get("/livez")
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ledger.example") as client:
        assert "strict-transport-security" not in (await client.get("/livez")).headers
