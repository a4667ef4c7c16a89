"""XES logs: what is read of them, how rows are numbered, and what hostile files meet."""

from __future__ import annotations

import gzip

import pytest

from slmdsl.ingest import IngestError, Limits, dry_run, ingest, suggest
from tests.ingest_plans import column, plan

FACTS = {
    "ticket": "case:concept:name",
    "kind": column(constant="incident"),
    "service": column(constant="desk"),
    "at": "time:timestamp",
    "state": column("concept:name", cases={"open": "new", "done": "resolved", "*": "active"}),
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'


def event(name, at, more=""):
    return (
        f'<event><string key="concept:name" value="{name}"/>'
        f'<date key="time:timestamp" value="2027-03-01T{at}:00.000+01:00"/>{more}</event>\n'
    )


def trace(name, *events, more=""):
    return f'<trace><string key="concept:name" value="{name}"/>{more}{"".join(events)}</trace>\n'


def log(*traces, head=""):
    return HEAD + head + "".join(traces) + "</log>"


def read(folder, text, name="log.xes", limits=None, **more):
    content = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    facts = more.pop("facts", FACTS)
    found = {} if limits is None else {"limits": limits}
    return ingest([plan(name, "events", facts, **({"zone": "data"} | more))], root=folder, **found)


def refused(folder, text, **more):
    with pytest.raises(IngestError) as failure:
        read(folder, text, **more)
    return [found.code for found in failure.value.diagnostics]


class TestWhatIsRead:
    @pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
    def test_events_with_offsets_become_a_log(self, tmp_path, name):
        one = trace("A", event("open", "09:00"), event("done", "10:30"))
        found = read(tmp_path, log(one, trace("B", event("open", "11:00"))), name=name)
        assert found.tickets["ticket"].to_list() == ["A", "B"]
        assert [str(at) for at in found.tickets["opened"]] == [
            "2027-03-01 08:00:00+00:00",
            "2027-03-01 10:00:00+00:00",
        ]
        assert str(found.tickets["resolved"][0]) == "2027-03-01 09:30:00+00:00"
        assert found.intakes[0].rows_in == found.intakes[0].rows_taken == 3

    def test_a_trace_has_columns_of_its_own(self, tmp_path):
        more = '<string key="site" value="Bonn"/>'
        text = log(
            trace("A", event("open", "09:00", '<string key="site" value="Ulm"/>'), more=more), trace("B")
        )
        facts = FACTS | {"group": "site"}
        found = read(tmp_path, text, facts=facts, fields={"site": column("case:site")})
        assert found.tickets.select("ticket", "group", "site").rows() == [("A", "Ulm", "Bonn")]

    def test_attributes_of_a_trace_may_follow_its_events(self, tmp_path):
        text = log(
            "<trace>",
            event("open", "09:00"),
            event("done", "09:10"),
            '<string key="concept:name" value="late"/></trace>',
        )
        assert read(tmp_path, text).tickets["ticket"].to_list() == ["late"]

    def test_order_within_an_instant_is_that_of_the_file(self, tmp_path):
        one = trace("A", event("open", "09:00"), event("done", "09:00"), event("busy", "09:00"))
        two = trace("B", event("open", "09:00"), event("busy", "09:00"), event("done", "09:00"))
        found = read(tmp_path, log(one, two))
        assert found.tickets["reopenings"].to_list() == [1, 0]
        assert found.events["phase"].to_list() == ["new", "resolved", "active", "new", "active", "resolved"]

    def test_globals_classifiers_and_nested_attributes_are_passed_over(self, tmp_path):
        head = (
            '<extension name="Concept" prefix="concept" uri="http://example.org/c.xesext"/>'
            '<global scope="trace"><string key="concept:name" value="INVALID"/></global>'
            '<global scope="event"><string key="site" value="INVALID"/></global>'
            '<classifier name="Activity" keys="concept:name"/><string key="concept:name" value="the log"/>'
        )
        nested = (
            '<list key="parts"><values><string key="concept:name" value="done"/></values></list>'
            '<string key="note" value="n"><string key="concept:name" value="done"/></string>'
        )
        found = read(tmp_path, log(trace("A", event("open", "09:00", nested)), head=head))
        assert found.tickets.select("ticket", "resolved").rows() == [("A", None)]
        facts = FACTS | {"group": "site"}
        assert refused(tmp_path, log(trace("A", event("open", "09:00")), head=head), facts=facts) == [
            "SLM554"
        ]

    def test_prefixes_quotes_orders_entities_and_comments_do_not_matter(self, tmp_path):
        text = (
            "<x:log xmlns:x='http://www.xes-standard.org/'><!-- <trace> --><x:trace>"
            "<x:string value='A &amp; &#66;' key='concept:name'></x:string><x:event>"
            "<x:string  key='concept:name'\n value='open' /><![CDATA[ <event/> ]]>"
            "<x:date value='2027-03-01T09:00:00Z' key='time:timestamp'/></x:event></x:trace></x:log>"
        )
        assert read(tmp_path, text).tickets["ticket"].to_list() == ["A & B"]

    def test_rows_are_events_and_each_is_accounted_for(self, tmp_path):
        twice = '<string key="concept:name" value="again"/>'
        text = log(
            event("open", "08:00"),
            trace("A", event("open", "09:00"), event("open", "10:00", twice)),
            trace("B", event("open", "soon"), event("open", "11:00")),
            trace(
                "C",
                event("open", "12:00"),
                event("done", "13:00"),
                more='<string key="concept:name" value="D"/>',
            ),
        )
        found = read(tmp_path, text)
        assert {one.row: one.reason for one in found.refusals} == {
            1: "ticket is missing",
            3: 'it has "concept:name" more than once',
            4: "at cannot be read as a time such as 2027-03-31T17:30:00",
            6: 'its trace has "concept:name" more than once',
            7: 'its trace has "concept:name" more than once',
        }
        assert (found.intakes[0].rows_in, found.intakes[0].rows_taken, found.intakes[0].rows_refused) == (
            7,
            2,
            5,
        )

    def test_a_rare_attribute_is_found_late(self, tmp_path):
        many = [trace(str(number), event("open", "09:00")) for number in range(10_050)]
        many.append(trace("last", event("open", "10:00", '<string key="site" value="Ulm"/>')))
        found = read(tmp_path, log(*many), facts=FACTS | {"group": "site"})
        assert found.tickets.filter(found.tickets["group"].is_not_null())["ticket"].to_list() == ["last"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
    def test_a_declared_encoding_is_believed(self, tmp_path, encoding):
        text = log(trace("Münze", event("open", "09:00"))).replace("UTF-8", encoding)
        assert read(tmp_path, text.encode(encoding)).tickets["ticket"].to_list() == ["Münze"]


class TestLooking:
    def test_a_dry_run_looks_beyond_the_first_trace(self, tmp_path):
        text = log(trace("A"), *(trace(f"T{i}", event("open", "09:00")) for i in range(30)))
        (tmp_path / "log.xes").write_text(text)
        one = plan("log.xes", "events", FACTS, zone="data")
        assert dry_run(one, root=tmp_path).rows == 30
        assert dry_run(one, root=tmp_path, rows=7).rows == 7

    def test_dry_run_and_suggestion(self, tmp_path):
        read(tmp_path, log(trace("A", event("open", "09:00"), event("done", "10:30"))))
        seen = dry_run(plan("log.xes", "events", FACTS, zone="data"), root=tmp_path)
        assert (seen.rows, seen.rows_refused) == (2, 0)
        assert suggest(tmp_path / "log.xes").splitlines() == [
            "source log {",
            '  read      "log.xes"',
            "  timezone  from data  # the offsets in the data are believed",
            '  ticket    "case:concept:name"',
            "  kind      incident  # or request, problem, change",
            "  service   my_service  # a declared service",
            '  at        "time:timestamp"',
            '  state     "concept:name" as {',
            '    "open" new',
            '    "done" resolved',
            "  }",
            "}",
        ]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><log><trace><string key="concept:name" value="&c;"/></trace></log>'
)


class TestHostile:
    @pytest.mark.parametrize(
        "text",
        [
            LAUGHS,
            '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>',
            '<!DOCTYPE log SYSTEM "http://127.0.0.1:1/x.dtd"><log/>',
        ],
    )
    def test_a_document_type_is_refused(self, tmp_path, text):
        assert refused(tmp_path, text) == ["SLM560"]
        (tmp_path / "again.xes").write_text(text)
        with pytest.raises(IngestError) as failure:
            suggest(tmp_path / "again.xes")
        assert failure.value.diagnostics[0].code == "SLM560"

    def test_deep_nesting_is_refused(self, tmp_path):
        deep = '<list key="x">' * 100_000
        assert refused(tmp_path, log(f"<trace><event>{deep}")) == ["SLM561"]
        assert refused(tmp_path, HEAD + "<a>" * 300) == ["SLM561"]

    def test_a_bomb_is_refused(self, tmp_path):
        bomb = log(f"<trace>{' ' * (40 << 20)}</trace>")
        assert refused(tmp_path, bomb, name="log.xes.gz") == ["SLM553"]

    def test_a_value_without_end_is_refused(self, tmp_path):
        endless = HEAD + '<trace><string key="concept:name" value="' + "x" * (20 << 20)
        assert refused(tmp_path, endless) == ["SLM553"]

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"id,opened\n1,2\n",
            b"\x00\x01\x02",
            b"<xml/>",
            HEAD.encode() + b"<trace><event>",
            HEAD.encode() + b"<trace></event></trace></log>",
            log(trace("A")).encode() + b"<log/>",
            HEAD.encode() + b'<trace><string key="\xff" value=""/></trace></log>',
            HEAD.replace("UTF-8", "klingon").encode() + b"</log>",
            HEAD.replace("UTF-8", "utf-7").encode() + b"</log>",
            HEAD.encode() + b"<trace>&undeclared;</trace></log>",
        ],
    )
    def test_what_is_not_xes_is_refused(self, tmp_path, text):
        assert refused(tmp_path, text) == ["SLM555"]

    def test_a_log_that_breaks_off_late_is_refused_whole(self, tmp_path):
        many = [trace(str(number), event("open", "09:00")) for number in range(60_000)]
        assert refused(tmp_path, log(*many)[:-40]) == ["SLM555"]

    def test_rows_and_kinds_of_attributes_are_limited(self, tmp_path):
        many = [trace(str(number), event("open", "09:00")) for number in range(100)]
        assert refused(tmp_path, log(*many), limits=Limits(rows=99)) == ["SLM553"]
        strange = "".join(f'<string key="k{number}" value=""/>' for number in range(200))
        text = log(trace("A", event("open", "09:00", strange)))
        assert refused(tmp_path, text, limits=Limits(columns=100)) == ["SLM553"]

    def test_options_of_other_kinds_are_refused(self, tmp_path):
        assert refused(tmp_path, log(), options=(("sheet", "1"),)) == ["SLM558"]
