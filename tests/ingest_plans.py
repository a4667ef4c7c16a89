"""Source plans for tests, as the contract would build them from text."""

from __future__ import annotations

from pathlib import Path

from slmdsl.base.spans import Span
from slmdsl.contract.model.sources import Column, SourcePlan, ValueMap

DATA = Path(__file__).parent / "data"
HERE = Span("source.slm", 0, 1, 1, 1)


def column(*names, form=None, constant=None, cases=None):
    mapping = None if cases is None else ValueMap(cases=tuple((old, new, HERE) for old, new in cases.items()))
    return Column(columns=names, constant=constant, format=form, mapping=mapping, span=HERE)


def plan(path, form, facts, **more):
    settled = {
        "name": "export",
        "title": "",
        "base": ".",
        "options": (),
        "zone": "UTC",
        "missing": (),
        "fields": {},
        "metrics": {},
        "events_good": None,
        "trust_columns": False,
        "hold_us": -1,
        "span": HERE,
    }
    facts = {name: fact if isinstance(fact, Column) else column(fact) for name, fact in facts.items()}
    return SourcePlan(path=str(path), form=form, facts=facts, **(settled | more))


SERVICENOW_STATES = {
    "New": "new",
    "Active": "active",
    "Awaiting User Info": "wait_customer",
    "Awaiting Vendor": "wait_supplier",
    "Awaiting *": "wait_internal",
    "Resolved": "resolved",
    "Closed": "closed",
}


def servicenow(**more):
    minutes = {"form": "%d/%m/%Y %H:%M"}
    facts = {
        "ticket": "number",
        "kind": column(constant="incident"),
        "service": column(constant="desk"),
        "at": column("sys_updated_at", **minutes),
        "opened": column("opened_at", **minutes),
        "resolved": column("resolved_at", **minutes),
        "closed": column("closed_at", **minutes),
        "state": column("incident_state", cases=SERVICENOW_STATES),
        "priority": column("priority", cases={"1 *": "P1", "2 *": "P2", "3 *": "P3", "*": "P4"}),
        "group": "assignment_group",
        "actor": "sys_updated_by",
    }
    fields = {"channel": column("contact_type")}
    settled = {
        "missing": ("?",),
        "zone": "America/Sao_Paulo",
        "base": "servicenow-incidents",
        "fields": fields,
    }
    return plan("incident_event_log.csv.gz", "events", facts, **(settled | more))


def uptime(**more):
    facts = {"at": "observed_at", "service": "service"}
    metrics = {"up": column("state", cases={"up": "1", "down": "0"}), "response_ms": column("response_ms")}
    settled = {"base": "uptime-digital-editions", "metrics": metrics}
    return plan("status_samples.csv.gz", "samples", facts, **(settled | more))
