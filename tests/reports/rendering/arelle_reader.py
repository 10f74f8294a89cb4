"""Reads inline XBRL reports by Arelle, offline, and prints what it found: log messages and facts of each, as JSON.

Run in a process of its own: `python arelle_reader.py package.zip report.xhtml ...`. Arelle's exit code says nothing;
the codes of its log do.
"""

import json
import sys
from pathlib import Path

from arelle.api.Session import Session
from arelle.ModelXbrl import ModelXbrl
from arelle.RuntimeOptions import RuntimeOptions


def read(package: str, reports: list[str]) -> dict[str, dict[str, list[object]]]:
    """Return the messages worse than information, and every fact, of each report."""
    options = RuntimeOptions(
        entrypointFile="|".join(reports),
        packages=[package],
        internetConnectivity="offline",
        validate=True,
        calcs="c11r",
        utrValidate=True,
        keepOpen=True,
    )
    found: dict[str, dict[str, list[object]]] = {report: {"faults": [], "facts": []} for report in reports}
    with Session() as session:
        session.run(options, logFileName="logToBuffer")
        for entry in json.loads(session.get_logs("json"))["log"]:
            if entry["level"] != "info":
                named = [report for report in reports if Path(report).name in entry["message"]["text"]]
                for report in named or reports:  # what names no report is laid to all
                    found[report]["faults"].append([entry["code"], entry["message"]["text"]])
        for model in session.get_models():
            found[model.modelDocument.filepath]["facts"] += facts(model)
    return found


def facts(model: ModelXbrl) -> list[dict[str, object]]:
    """Return the facts of a report as the model holds them."""
    return [
        {
            "name": fact.qname.localName,
            "value": str(fact.xValue),
            "unit": fact.unitID,
            "decimals": fact.decimals,
            "members": sorted(value.memberQname.localName for value in fact.context.qnameDims.values()),
            "entity": fact.context.entityIdentifier,
            "period": [str(fact.context.startDatetime.date()), str(fact.context.endDatetime.date())],
        }
        for fact in model.facts
    ]


if __name__ == "__main__":
    json.dump(read(sys.argv[1], sys.argv[2:]), sys.stdout, ensure_ascii=False)
