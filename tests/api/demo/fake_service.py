"""A service that keeps in memory what the loader sends, by the rules of the API; it can break after so many writes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

from api.client import Client, ServiceError
from api.demo import operations


@dataclass(slots=True)
class Fact:
    """An activity's versions: ids in order, and the row as it was posted."""

    row: dict[str, str]
    versions: list[str]


@dataclass(slots=True)
class Kept:
    """What a service holds; it outlives a client that breaks."""

    parks: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[tuple[str, str, str], Fact] = field(default_factory=dict)
    figures: list[dict[str, Any]] = field(default_factory=list)
    instruments: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    series: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = field(default_factory=dict)
    declared: dict[tuple[str, str], Any] = field(default_factory=dict)
    periods: dict[str, str] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)
    can_sign: bool = True
    changes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def tenants(self) -> dict[str, dict[str, Any]]:
        """Return tenant id -> tenant."""
        return {found["id"]: found for park in self.parks.values() for found in park["tenants"]}

    def new_id(self, kind: str) -> str:
        """Return an id not given before."""
        return f"{kind}:{len(self.changes)}"


class FakeService(Client):
    """Answers the loader's operations; `breaks_after` writes it cannot be reached any more."""

    def __init__(self, kept: Kept, breaks_after: int | None = None) -> None:
        self.kept = kept
        self.key = ""
        self._left = breaks_after

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Answer one operation; they come several at a time, and are taken in turn."""
        with self.kept.lock:
            return self._answer(document, variables or {})

    def _answer(self, document: str, given: dict[str, Any]) -> dict[str, Any]:
        if document.startswith("mutation AddSources("):
            return {key: self._change("ADD_SOURCE", self._add_source, one) for key, one in given.items()}
        name = next(name for name, text in vars(operations).items() if text is document)
        answer: Callable[[dict[str, Any]], dict[str, Any]] = getattr(
            self, f"_{name.lower()}", partial(self._declare, name)
        )
        if "answer:" not in document:
            return answer(given)
        return {"answer": self._change(name, answer, given.get("input", given))}

    def _change(
        self, name: str, answer: Callable[[dict[str, Any]], dict[str, Any]], given: dict[str, Any]
    ) -> dict[str, Any]:
        if self._left is not None:
            if self._left <= 0:
                raise ServiceError("the service went away")
            self._left -= 1
        answered = answer(given)
        self.kept.changes.append((name, given))
        return answered

    def _parks(self, _given: dict[str, Any]) -> dict[str, Any]:
        nodes = [{"id": park["id"], "code": code} for code, park in self.kept.parks.items()]
        return {"parks": {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}}}

    def _tenants(self, given: dict[str, Any]) -> dict[str, Any]:
        park = next(park for park in self.kept.parks.values() if park["id"] == given["park"])
        return {"tenants": {"nodes": park["tenants"]}}

    def _register_park(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["code"] not in self.kept.parks
        self.kept.parks[given["code"]] = {"id": self.kept.new_id("park"), "tenants": []}
        return {"park": self.kept.parks[given["code"]]}

    def _register_tenant(self, given: dict[str, Any]) -> dict[str, Any]:
        park = next(park for park in self.kept.parks.values() if park["id"] == given["parkId"])
        assert given["code"] not in {found["code"] for found in park["tenants"]}
        tenant = {"id": self.kept.new_id("tenant"), "code": given["code"], "sites": {"nodes": []}}
        park["tenants"].append(tenant)
        return {"tenant": tenant}

    def _add_site(self, given: dict[str, Any]) -> dict[str, Any]:
        sites = self.kept.tenants()[given["tenantId"]]["sites"]["nodes"]
        assert given["code"] not in {site["code"] for site in sites}
        site = {"id": f"{given['tenantId']}/{given['code']}", "code": given["code"], "sources": {"nodes": []}}
        sites.append(site)
        return {"site": site}

    def _add_source(self, given: dict[str, Any]) -> dict[str, Any]:
        sites = [site for tenant in self.kept.tenants().values() for site in tenant["sites"]["nodes"]]
        site = next(site for site in sites if site["id"] == given["siteId"])
        assert given["code"] not in {source["code"] for source in site["sources"]["nodes"]}
        source = {"id": f"{site['id']}/{given['code']}", "code": given["code"]}
        site["sources"]["nodes"].append(source)
        return {"source": source}

    def _post(self, given: dict[str, Any]) -> dict[str, Any]:
        outcomes = [found["outcome"] for found in self._post_for_outcomes(given)["outcomes"]]
        kinds = ("ACCEPTED", "DUPLICATE", "CONFLICT", "REJECTED")
        return {f"{kind.lower()}Count": outcomes.count(kind) for kind in kinds}

    def _post_for_outcomes(self, given: dict[str, Any]) -> dict[str, Any]:
        assert 1 <= len(given["rows"]) <= 1000
        return {"outcomes": [self._outcome(given["tenantId"], row) for row in given["rows"]]}

    def _outcome(self, tenant_id: str, row: dict[str, str]) -> dict[str, Any]:
        key = (tenant_id, row["source"], row["externalId"])
        fact = self.kept.facts.setdefault(key, Fact(row, []))
        kind = "ACCEPTED" if not fact.versions else "DUPLICATE" if fact.row == row else "CONFLICT"
        if kind == "ACCEPTED":
            fact.versions.append("/".join(key))
        fields = [name for name in row if row[name] != fact.row[name]]
        return {
            "outcome": kind,
            "field": "",
            "message": "posted before with other content",
            "conflictingFields": fields,
        }

    def _first_activity(self, given: dict[str, Any]) -> dict[str, Any]:
        code = given["source"].rpartition("/")[2]
        starts = [
            fact.row["periodStart"]
            for (tenant, source, _), fact in self.kept.facts.items()
            if (tenant, source) == (given["tenant"], code)
        ]
        return {"activities": {"nodes": [{"periodStart": start} for start in sorted(starts)[:1]]}}

    def _versions(self, given: dict[str, Any]) -> dict[str, Any]:
        nodes = [
            {"id": version, "version": number}
            for (tenant, _, external), fact in self.kept.facts.items()
            if (tenant, external) == (given["tenant"], given["external"])
            for number, version in enumerate(fact.versions, 1)
        ]
        return {"activities": {"nodes": nodes}}

    def _add_supplier_factor(self, given: dict[str, Any]) -> dict[str, Any]:
        self.kept.figures.append(given)
        return {"id": f"figure:{len(self.kept.figures)}"}

    def _suppliers_in_use(self, given: dict[str, Any]) -> dict[str, Any]:
        lines = [
            {
                "activityType": figure["activityType"],
                "supplier": figure["supplier"],
                "explanation": {"factor": {"origin": "SUPPLIER"}},
            }
            for figure in self.kept.figures
            if figure["tenantId"] == given["tenant"]
        ]
        return {"footprint": {"lines": {"nodes": lines}}}

    def _add_series(self, given: dict[str, Any]) -> dict[str, Any]:
        series_id = f"{given['sourceId']}/{given['role']}"
        assert self.kept.series.setdefault(series_id, (given, {}))[0] == given
        return {"series": {"id": series_id}}

    def _post_intervals(self, given: dict[str, Any]) -> dict[str, Any]:
        (readings,) = given["readings"]
        assert 1 <= len(readings["values"]) <= 10_000
        known = self.kept.series[readings["seriesId"]][1].setdefault(readings["start"], readings["values"])
        return {"conflictCount": sum(one != other for one, other in zip(known, readings["values"], strict=True))}

    def _correct(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._void(given)

    def _void(self, given: dict[str, Any]) -> dict[str, Any]:
        fact = next(fact for fact in self.kept.facts.values() if fact.versions[-1] == given["activityId"])
        fact.versions.append(f"{given['activityId']}#2")
        return {"activity": {"id": fact.versions[-1]}}

    def _instruments(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"instruments": {"nodes": list(self.kept.instruments.values())}}

    def _record_instrument(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"instrument": self._add_instrument(given["tenantId"], given["code"])}

    def _split_instrument(self, given: dict[str, Any]) -> dict[str, Any]:
        rest = self._next_version(given["instrumentId"])
        return {"part": self._add_instrument(rest["tenant"]["id"], given["code"]), "rest": rest}

    def _transfer_instrument(self, given: dict[str, Any]) -> dict[str, Any]:
        rest = self._next_version(given["instrumentId"])
        return {"part": self._add_instrument(given["receiverId"], given["code"]), "rest": rest}

    def _cancel_instrument(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self._next_version(given["instrumentId"])
        found["cancellation"] = {"cancelledOn": given["cancelledOn"]}
        return {"instrument": found}

    def _sell_instrument(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self._next_version(given["instrumentId"])
        found["isSold"] = True
        return {"instrument": found}

    def _add_instrument(self, tenant_id: str, code: str) -> dict[str, Any]:
        assert (tenant_id, code) not in self.kept.instruments
        found = {"id": f"{tenant_id}/{code}#1", "code": code, "tenant": {"id": tenant_id}}
        self.kept.instruments[tenant_id, code] = found | {"isSold": False, "cancellation": None}
        return self.kept.instruments[tenant_id, code]

    def _next_version(self, current: str) -> dict[str, Any]:
        found = next(one for one in self.kept.instruments.values() if one["id"] == current)
        assert not found["isSold"]
        assert found["cancellation"] is None
        name, _, version = current.partition("#")
        found["id"] = f"{name}#{int(version) + 1}"
        return found

    def _newest_release(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"factorReleases": [{"number": number} for number in (1, 3, 2)]}

    def _declared_adoption(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.kept.declared.get((given["tenant"], "ADOPT_BASIS"))
        return {"declarations": {"nodes": [{"id": "adoption"}] if found else []}}

    def _reported_years(self, given: dict[str, Any]) -> dict[str, Any]:
        figures = dict.fromkeys(("scope1", "scope2Location", "scope2Market", "scope3"), "1000.9")
        years = self.kept.declared.get((given["tenant"], "RECORD_YEAR"), ())
        return {"declarations": {"nodes": [{"content": {"year": year, "figures": figures}} for year in years]}}

    def _record_year(self, given: dict[str, Any]) -> dict[str, Any]:
        before = self.kept.declared.get((given["tenant"], "RECORD_YEAR"), ())
        assert given["year"] not in before
        self.kept.declared[given["tenant"], "RECORD_YEAR"] = (*before, given["year"])
        return {"declarations": []}

    def with_key(self, key: str) -> "FakeService":
        self.key = key
        return self

    def __exit__(self, *_: object) -> None:
        self.key = ""

    def _period(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"period": {"state": self.kept.periods.get(given["tenantId"], "OPEN")}}

    def _submit_period(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._step(given, "OPEN", "SUBMITTED")

    def _review_period(self, given: dict[str, Any]) -> dict[str, Any]:
        assert self.key, "who submitted it does not review it"
        return self._step(given, "SUBMITTED", "REVIEWED")

    def _close_period(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._step(given, "REVIEWED", "CLOSED")

    def _step(self, given: dict[str, Any], before: str, after: str) -> dict[str, Any]:
        assert self.kept.periods.get(given["tenantId"], "OPEN") == before
        self.kept.periods[given["tenantId"]] = after
        return {"period": {"state": after}}

    def _create_key(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"key": f"key of {given['system']}"}

    def _reports(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"reports": {"nodes": [one for one in self.kept.reports if one["of"] == given["tenant"]]}}

    def _publish_report(self, given: dict[str, Any]) -> dict[str, Any]:
        assert self.kept.periods[given["tenantId"]] == "CLOSED"
        if not self.kept.can_sign:
            return {"code": "CANNOT_SIGN", "message": "no key"}
        assert not self.kept.reports
        month = given["first"]
        told = {"first": month, "last": f"{month[:5]}{int(month[5:]) + 2:02}", "tenant": {"nameEn": "Vaccines"}}
        self.kept.reports.append({"id": "report:1", "of": given["tenantId"]} | told)
        return {"report": {"id": "report:1"}}

    def _declare(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Keep what is declared; the same again must be the same."""
        one = given.get("given")
        subject = f"{name} {one.get('year', one.get('code'))}" if isinstance(one, dict) else name
        assert self.kept.declared.setdefault((given["tenant"], subject), given) == given
        assert 1 <= len(given.get("given", [given])) <= 1000
        return {"declarations": []}
