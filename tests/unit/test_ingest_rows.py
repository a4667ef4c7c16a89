"""Sources of every form, small enough to be checked by eye."""

import gzip
import json
from datetime import UTC, datetime

import polars as pl
import pytest

from slmdsl.base.units import NO_TIME
from slmdsl.events.columns import HOLD_UNTIL_NEXT
from slmdsl.ingest import IngestError, dry_run, ingest
from tests.ingest_plans import column, plan

BASIC = {"ticket": "id", "kind": column(constant="incident"), "service": "service", "priority": "prio"}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def write(folder, text, name="tickets.csv"):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def take(folder, text, form="tickets", facts=None, name="tickets.csv", **more):
    settled = {**BASIC, "opened": "opened"} if facts is None else facts
    return ingest([plan(write(folder, text, name), form, settled, **more)], root=folder, kinds=("laptop",))


def reasons(log):
    return [(one.row, one.reason) for one in log.refusals]


class TestValues:
    def test_patterns_match_in_order_and_the_lone_star_is_the_rest(self, tmp_path):
        text = "id,service,prio,opened\nA,POS12,1,2027-01-04\nB,mail01,1,2027-01-04\nC,pos1,2,2027-01-04\n"
        cases = {"MAIL01": "email", "POS*": "till", "*1": "other", "*": "wan"}
        log = take(
            tmp_path, text, facts={**BASIC, "opened": "opened", "service": column("service", cases=cases)}
        )
        assert log.tickets["service"].to_list() == ["till", "other", "other"]

    @pytest.mark.parametrize(
        ("pattern", "text", "matches"),
        [
            ("a*b*c", "a1b2c", True),
            ("a*b*c", "acb", False),
            ("a*a", "a", False),
            ("*x*", "axb", True),
            ("a**b", "ab", True),
            ("a.b", "axb", False),
            ("[a]*", "[a]1", True),
        ],
    )
    def test_a_star_stands_for_any_characters(self, tmp_path, pattern, text, matches):
        rows = f'id,service,prio,opened\nA,"{text}",1,2027-01-04\n'
        facts = {**BASIC, "opened": "opened", "service": column("service", cases={pattern: "hit"})}
        assert take(tmp_path, rows, facts=facts).tickets["service"].to_list() == (["hit"] if matches else [])

    def test_a_value_that_no_line_matches_is_refused_and_counted(self, tmp_path):
        rows = "".join(f"T{n},s,{n % 3},2027-01-04\n" for n in range(9))
        facts = {**BASIC, "opened": "opened", "priority": column("prio", cases={"0": "P1", "1": "P2"})}
        log = take(tmp_path, "id,service,prio,opened\n" + rows, facts=facts)
        assert log.tickets.height == 6
        assert log.tallied["reason"].to_list() == ['priority in "prio": no line matches "2"']
        assert log.tallied["rows"].to_list() == [3]
        assert [row for row, _ in reasons(log)] == [3, 6, 9]

    def test_ignored_rows_are_counted_apart(self, tmp_path):
        facts = {
            **BASIC,
            "opened": "opened",
            "service": column("service", cases={"x": "email", "*": "ignore"}),
        }
        log = take(tmp_path, "id,service,prio,opened\nA,x,1,2027-01-04\nB,y,1,nonsense\n", facts=facts)
        (intake,) = log.intakes
        assert (intake.rows_in, intake.rows_taken, intake.rows_ignored, intake.rows_refused) == (2, 1, 1, 0)

    def test_a_value_called_ignore_is_a_value_where_nothing_is_mapped(self, tmp_path):
        assert take(tmp_path, "id,service,prio,opened\nA,ignore,1,2027-01-04\n").tickets.height == 1

    def test_missing_marks_leave_a_fact_out_unless_a_line_names_them(self, tmp_path):
        facts = {**BASIC, "opened": "opened", "priority": column("prio", cases={"?": "P9", "*": "P4"})}
        log = take(
            tmp_path,
            "id,service,prio,opened\nA,,?,2027-01-04\nB,n/a,,2027-01-04\n",
            facts=facts,
            missing=("?", "n/a"),
        )
        assert log.tickets["service"].to_list() == [None, None]
        assert log.tickets["priority"].to_list() == ["P9", None]

    def test_joined_columns_match_on_both(self, tmp_path):
        text = "id,a,b,prio,opened\nA,Accepted,Wait - User,1,2027-01-04\nB,Accepted,,1,2027-01-04\n"
        cases = {"Accepted/Wait*": "one", "Accepted/": "two"}
        log = take(
            tmp_path, text, facts={**BASIC, "opened": "opened", "service": column("a", "b", cases=cases)}
        )
        assert log.tickets["service"].to_list() == ["one", "two"]

    def test_kinds_are_checked(self, tmp_path):
        text = "id,kind,service,prio,opened\nA,laptop,s,1,2027-01-04\nB,desktop,s,1,2027-01-04\n"
        log = take(tmp_path, text, facts={**BASIC, "opened": "opened", "kind": "kind"})
        assert log.tickets["kind"].to_list() == ["laptop"]
        assert reasons(log) == [(2, 'kind in "kind": "desktop" is no kind')]

    def test_groups_become_teams_and_strange_ones_are_counted(self, tmp_path):
        text = "id,service,prio,opened,g\nA,s,1,2027-01-04,App 1\nB,s,1,2027-01-04,X\nC,s,1,2027-01-04,X\n"
        one = plan(write(tmp_path, text), "tickets", {**BASIC, "opened": "opened", "group": "g"})
        log = ingest([one], root=tmp_path, known_groups={"apps": ("App*", "V5*"), "desk": ()})
        assert log.tickets["group"].to_list() == ["apps", "X", "X"]
        assert log.tallied.select("fate", "reason", "rows").rows() == [("unknown group", "X", 2)]

    def test_fields_are_kept(self, tmp_path):
        text = "id,service,prio,opened,site\nA,s,1,2027-01-04,Bern\nB,s,1,2027-01-04,\n"
        assert take(tmp_path, text, fields={"site": column("site")}).tickets["site"].to_list() == [
            "Bern",
            None,
        ]


class TestTimes:
    def instants(self, folder, texts, zone="UTC", form=None):
        rows = "\n".join(f'T{n},s,1,"{text}"' for n, text in enumerate(texts))
        facts = {**BASIC, "opened": column("opened", form=form)}
        return take(folder, f"id,service,prio,opened\n{rows}\n", facts=facts, zone=zone)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2027-03-01 10:15", "2027-03-01T10:15"),
            ("2027-03-01T10:15:30", "2027-03-01T10:15:30"),
            ("2027-03-01 10:15:30.25", "2027-03-01T10:15:30.250"),
            ("2027-03-01T10:15:30.123456789", "2027-03-01T10:15:30.123456"),
            ("2027-03-01T10:15:30,5", "2027-03-01T10:15:30.500"),
            ("20270301T101530", "2027-03-01T10:15:30"),
            ("2027-03-01", "2027-03-01T00:00"),
            (" 2027-03-01 10:15 ", "2027-03-01T10:15"),
            ("2027-03-01T10:15:30Z", "2027-03-01T10:15:30"),
            ("2027-03-01T10:15:30+05:00", "2027-03-01T10:15:30"),
        ],
    )
    def test_iso_in_a_named_zone_which_overrides_offsets(self, tmp_path, text, expected):
        assert self.instants(tmp_path, [text]).tickets["opened"].to_list() == [at(expected)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2027-03-01T10:15:30Z", "2027-03-01T10:15:30"),
            ("2027-03-01T10:15:30.5+01:00", "2027-03-01T09:15:30.500"),
            ("2027-03-01 10:15-0530", "2027-03-01T15:45"),
            ("2027-03-01T10:15:30+02", "2027-03-01T08:15:30"),
            ("20270301T101530Z", "2027-03-01T10:15:30"),
        ],
    )
    def test_offsets_in_the_data_are_believed(self, tmp_path, text, expected):
        assert self.instants(tmp_path, [text], zone="data").tickets["opened"].to_list() == [at(expected)]

    def test_without_an_offset_there_is_no_zone(self, tmp_path):
        log = self.instants(tmp_path, ["2027-03-01T10:15:30", "2027-03-01T10:15:30Z", "soon"], zone="data")
        assert log.tickets["ticket"].to_list() == ["T1"]
        assert [reason.split(",")[0] for _, reason in sorted(reasons(log))] == [
            "opened has no offset",
            "opened cannot be read as a time such as 2027-03-31T17:30:00",
        ]

    @pytest.mark.parametrize(
        ("form", "text", "expected"),
        [
            ("%d/%m/%Y %H:%M", "1/2/2027 3:04", "2027-02-01T03:04"),
            ("%d/%m/%Y %H:%M:%S", "01/02/2027 03:04:05", "2027-02-01T03:04:05"),
            ("%m/%d/%y %I:%M %p", "02/01/27 03:04 PM", "2027-02-01T15:04"),
            ("%d %b %Y, %H:%M:%S.%f", "1 Feb 2027, 03:04:05.25", "2027-02-01T03:04:05.250"),
            ("%Y%m%d%H%M%S%f", "20270201030405500000", "2027-02-01T03:04:05.500"),
            ("%d.%m.%Y %H:%M %z", "01.02.2027 03:04 +0200", "2027-02-01T03:04"),
            ("%z %d.%m.%Y %H:%M", "+0200 01.02.2027 03:04", "2027-02-01T03:04"),
        ],
    )
    def test_formats(self, tmp_path, form, text, expected):
        assert self.instants(tmp_path, [text], form=form).tickets["opened"].to_list() == [at(expected)]

    @pytest.mark.parametrize("text", ["01.02.2027 03:04 +0200", "01.02.2027 01:04 Z"])
    def test_a_format_with_an_offset_is_believed_from_data(self, tmp_path, text):
        log = self.instants(tmp_path, [text], zone="data", form="%d.%m.%Y %H:%M %z")
        assert log.tickets["opened"].to_list() == [at("2027-02-01T01:04")]

    def test_a_time_that_occurs_twice_is_the_first_and_one_that_does_not_exist_is_refused(self, tmp_path):
        texts = ["2027-10-31 02:30", "2027-03-28 02:30", "2027-03-28 03:30"]
        log = self.instants(tmp_path, texts, zone="Europe/Amsterdam")
        assert log.tickets["opened"].to_list() == [at("2027-10-31T00:30"), at("2027-03-28T01:30")]
        assert reasons(log) == [(2, "opened is a local time that does not exist in Europe/Amsterdam")]

    def test_times_outside_two_centuries_are_refused(self, tmp_path):
        log = self.instants(tmp_path, ["9999-12-31", "0001-01-01", "2199-12-31", "1900-01-01"])
        assert log.tickets["ticket"].to_list() == ["T2", "T3"]
        assert {reason for _, reason in reasons(log)} == {"opened lies outside 1900 .. 2199"}

    def test_stored_instants_are_believed(self, tmp_path):
        moment = datetime(2027, 3, 1, 10, tzinfo=UTC)
        frame = pl.DataFrame({"id": ["A"], "service": ["s"], "prio": [1], "opened": [moment]})
        frame.write_parquet(tmp_path / "t.parquet")
        facts = {**BASIC, "opened": "opened", "priority": column("prio", cases={"1": "P1"})}
        log = ingest([plan("t.parquet", "tickets", facts, zone="Asia/Tokyo")], root=tmp_path)
        assert log.tickets["opened"].to_list() == [moment]
        assert log.tickets["priority"].to_list() == ["P1"]

    def test_stored_wall_times_are_read_in_the_zone(self, tmp_path):
        frame = pl.DataFrame(
            {"id": ["A"], "service": ["s"], "prio": ["P1"], "opened": [datetime(2027, 3, 1, 10)]}
        )
        frame.write_parquet(tmp_path / "t.parquet")
        log = ingest(
            [plan("t.parquet", "tickets", {**BASIC, "opened": "opened"}, zone="Asia/Tokyo")], root=tmp_path
        )
        assert log.tickets["opened"].to_list() == [at("2027-03-01T01:00")]


class TestFiles:
    def test_quotes_newlines_and_blank_lines(self, tmp_path):
        text = b'\xef\xbb\xbfid;"service";prio;opened\r\n"A";"two\nlines; ""quoted""";1;2027-01-04\r\n'
        text += b"\r\nB;s;1;2027-01-05\r\n"
        log = take(tmp_path, text, options=(("delimiter", ";"),))
        assert log.tickets["service"].to_list() == ['two\nlines; "quoted"', "s"]
        assert log.intakes[0].rows_in == 2

    def test_broken_rows_are_refused_by_number(self, tmp_path):
        text = (
            b"id,service,prio,opened\nA,s,1,2027-01-04\nB,s,1\nC,caf\xe9,1,2027-01-04\nD,s\x00,1,2027-01-04\n"
            b"E,s,1,2027-01-04,more\nF,caf\xc3\xa9,1,2027-01-04"
        )
        log = take(tmp_path, text)
        assert log.tickets["ticket"].to_list() == ["A", "F"]
        assert reasons(log) == [
            (2, "it has 3 cells where the header has 4"),
            (3, "it is not UTF-8"),
            (4, "it holds a NUL character"),
            (5, "it has 5 cells where the header has 4"),
        ]

    def test_stray_quotes_cost_their_row_only(self, tmp_path):
        text = (
            b'id,service,prio,opened\nA,5" disk,1,2027-01-04\nB,"open,1,2027-01-04\nC,s,1,2027-01-04\n'
            b"D,caf\xe9,1,2027-01-04\nE,\x00,1,2027-01-04\nF,s,1\n\nG,s,1,2027-01-04\n"
        )
        log = take(tmp_path, text)
        assert log.tickets["ticket"].to_list() == ["A", "C", "G"]
        assert log.tickets["service"].to_list() == ['5" disk', "s", "s"]
        assert reasons(log) == [
            (2, "its quote is never closed"),
            (4, "it is not UTF-8"),
            (5, "it holds a NUL character"),
            (6, "it has 3 cells where the header has 4"),
        ]

    def test_a_last_quote_that_is_never_closed_costs_its_row_only(self, tmp_path):
        text = 'id,service,prio,opened\nA,s,1,2027-01-04\nB,"open,1,2027-01-04\nC,s,1,2027-01-04\nD,s,1,2027-01-04\n'
        log = take(tmp_path, text)
        assert log.tickets["ticket"].to_list() == ["A", "C", "D"]
        assert reasons(log) == [(2, "its quote is never closed")]
        assert log.intakes[0].rows_in == 4

    def test_lines_that_end_with_carriage_returns_alone_are_not_taken_for_a_header(self, tmp_path):
        with pytest.raises(IngestError, match="its header cannot be read"):
            take(tmp_path, "id,service,prio,opened\rA,s,1,2027-01-04\r")

    def test_gzip_and_json_lines(self, tmp_path):
        lines = [
            {"id": 7, "service": "s", "prio": 1.0, "opened": "2027-01-04", "extra": {"deep": [1]}},
            {"id": "B", "service": True, "prio": None, "opened": "2027-01-04"},
            {"id": "C", "service": {"no": 1}, "prio": 1, "opened": "2027-01-04"},
        ]
        text = "\n".join(json.dumps(line) for line in lines) + '\nnot json\n[1]\n"\xff"\n'
        packed = gzip.compress(text.encode("latin-1"))
        log = take(tmp_path, packed, name="t.jsonl.gz")
        assert log.tickets.select("ticket", "service", "priority").rows() == [
            ("7", "s", "1"),
            ("B", "true", None),
        ]
        assert [row for row, _ in reasons(log)] == [3, 4, 5, 6]

    def test_rows_of_parquet_keep_their_numbers_over_row_groups(self, tmp_path):
        opened = [datetime(2027, 1, 1, tzinfo=UTC)] * 700 + [None] + [datetime(2027, 1, 1, tzinfo=UTC)] * 300
        frame = pl.DataFrame(
            {"id": [f"T{n}" for n in range(1001)], "service": "s", "prio": "P1", "opened": opened}
        )
        frame.write_parquet(tmp_path / "t.parquet", row_group_size=100)
        log = ingest([plan("t.parquet", "tickets", {**BASIC, "opened": "opened"})], root=tmp_path)
        assert reasons(log) == [(701, "opened is missing")]
        assert log.tickets.height == 1000

    def test_an_empty_file_is_an_empty_log(self, tmp_path):
        log = take(tmp_path, "id,service,prio,opened\n")
        assert log.tickets.height == log.intakes[0].rows_in == 0


class TestFacts:
    def test_facts_of_tickets(self, tmp_path):
        text = (
            "id,service,prio,opened,first,done,shut,again\n"
            "A,s,P1,2027-01-04 09:00,2027-01-04 09:10,2027-01-04 08:00,2027-01-05,2\n"
        )
        facts = {**BASIC, "opened": "opened", "responded": "first", "resolved": "done", "closed": "shut"}
        log = take(tmp_path, text, facts={**facts, "reopenings": "again"})
        assert log.tickets.select("responded", "resolved", "closed", "reopenings").rows() == [
            (at("2027-01-04T09:10"), at("2027-01-04T08:00"), at("2027-01-05"), 2)
        ]
        assert [one.reason for one in log.contradictions] == ["ticket A: resolved before it was opened"]

    def test_a_ticket_named_twice_is_its_last_row(self, tmp_path):
        text = "id,service,prio,opened\nA,s,P1,2027-01-04\nB,s,P1,2027-01-04\nA,t,P1,2027-01-05\n"
        log = take(tmp_path, text)
        assert log.tickets.select("ticket", "service", "opened").rows() == [
            ("A", "t", at("2027-01-05")),
            ("B", "s", at("2027-01-04")),
        ]
        assert [(one.row, one.reason.split(" ")[0]) for one in log.contradictions] == [
            (1, "`opened`"),
            (1, "`service`"),
        ]

    def test_missing_ids_and_openings_are_refused(self, tmp_path):
        log = take(tmp_path, "id,service,prio,opened\n,s,P1,2027-01-04\nB,s,P1,\nC,s,P1,2027-01-04\n")
        assert reasons(log) == [(1, "ticket is missing"), (2, "opened is missing")]


SNAPSHOT = {**BASIC, "at": "at", "state": "state", "group": "g", "opened": "opened", "resolved": "done"}


NUMBERED_FACTS = {**BASIC, "at": "at", "state": "state", "seq": "n"}


class TestSnapshots:
    HEAD = "id,at,service,prio,state,g,opened,done\n"

    def log(self, folder, rows, **more):
        return take(folder, self.HEAD + rows, form="events", facts=SNAPSHOT, name="e.csv", **more)

    def test_only_changes_are_events(self, tmp_path):
        log = self.log(
            tmp_path,
            "A,2027-01-04 09:00,s,P3,new,desk,2027-01-04 08:59,\n"
            "A,2027-01-04 09:05,s,P3,new,desk,2027-01-04 08:59,\n"
            "A,2027-01-04 09:05,s,P1,active,desk,2027-01-04 08:59,\n"
            "A,2027-01-04 09:30,s,P1,,apps,2027-01-04 08:59,\n"
            "A,2027-01-04 10:00,s,P2,resolved,apps,2027-01-04 08:59,2027-01-04 10:00\n",
        )
        assert log.tickets.select("priority", "group", "resolved", "reassignments").rows() == [
            ("P3", "desk", at("2027-01-04T10:00"), 1)
        ]
        assert log.events.select("seq", "type", "phase", "priority", "group").rows() == [
            (1, "state", "new", None, None),
            (3, "priority", None, "P1", None),
            (3, "state", "active", None, None),
            (4, "group", None, None, "apps"),
            (5, "state", "resolved", None, None),
            (5, "priority", None, "P2", None),
        ]
        assert log.contradictions == ()

    def test_rows_apply_in_the_order_of_their_time(self, tmp_path):
        log = self.log(
            tmp_path,
            "A,2027-01-04 10:00,s,P3,resolved,desk,2027-01-04 08:59,\n"
            "B,2027-01-04 10:00,s,P3,new,desk,2027-01-04 08:59,\n"
            "A,2027-01-04 09:00,s,P3,new,desk,2027-01-04 08:59,\n",
        )
        assert log.events.filter(pl.col("ticket") == "A")["phase"].to_list() == ["new", "resolved"]
        held, tickets = log.event_columns, log.ticket_columns
        first = int(tickets.first_event[0])
        assert held.phase[[first, int(held.next_event[first])]].tolist() == [0, 6]
        assert held.next_event[int(held.next_event[first])] == -1

    def test_the_event_beats_the_column(self, tmp_path):
        rows = "A,2027-01-04 10:00,s,P3,resolved,desk,2027-01-04 09:00,2027-01-04 11:00\n"
        log = self.log(tmp_path, rows)
        assert log.tickets["resolved"].to_list() == [at("2027-01-04T10:00")]
        assert len(log.contradictions) == 1

    def test_a_trusted_column_beats_the_event(self, tmp_path):
        log = self.log(
            tmp_path,
            "A,2027-01-04 09:10,s,P3,active,desk,2027-01-04 09:00,2027-01-04 11:00\n"
            "A,2027-01-04 10:00,s,P3,resolved,desk,2027-01-04 09:00,2027-01-04 11:00\n"
            "A,2027-01-04 12:00,s,P3,active,desk,2027-01-04 09:00,2027-01-04 11:00\n"
            "A,2027-01-04 13:00,s,P3,closed,desk,2027-01-04 09:00,2027-01-04 11:00\n"
            "B,2027-01-04 10:00,s,P3,resolved,desk,2027-01-04 09:00,\n"
            "B,2027-01-04 13:00,s,P3,closed,desk,2027-01-04 09:00,\n",
            trust_columns=True,
        )
        assert log.events.select("ticket", "at", "phase").rows() == [
            ("A", at("2027-01-04T09:10"), "active"),
            ("A", at("2027-01-04T10:00"), "active"),
            ("A", at("2027-01-04T11:00"), "resolved"),
            ("A", at("2027-01-04T13:00"), "closed"),
            ("B", at("2027-01-04T10:00"), "active"),
            ("B", at("2027-01-04T13:00"), "closed"),
        ]
        assert log.tickets.select("resolved", "closed", "reopenings").rows() == [
            (at("2027-01-04T11:00"), at("2027-01-04T13:00"), 1),
            (None, at("2027-01-04T13:00"), 0),
        ]
        assert [one.reason for one in log.contradictions] == [
            "ticket A: the column `resolved`, which is believed, differs from the last resolved event",
            "ticket B: the column `resolved`, which is believed, is empty, and there is a resolved event",
        ]

    def test_without_an_opened_column_the_first_event_opens(self, tmp_path):
        facts = {name: fact for name, fact in SNAPSHOT.items() if name != "opened"}
        text = self.HEAD + "A,2027-01-04 10:00,s,P3,new,d,,\nA,2027-01-04 09:00,s,P3,new,d,,\n"
        log = take(tmp_path, text, form="events", facts=facts)
        assert log.tickets["opened"].to_list() == [at("2027-01-04T09:00")]

    def test_a_ticket_without_an_opening_is_refused_with_all_its_rows(self, tmp_path):
        log = self.log(
            tmp_path,
            "A,2027-01-04 10:00,s,P3,new,d,,\nB,2027-01-04 10:00,s,P3,new,d,2027-01-04 09:00,\n"
            "A,2027-01-04 11:00,s,P3,active,d,,\n",
        )
        assert log.tickets["ticket"].to_list() == ["B"]
        assert log.events["ticket"].to_list() == ["B"]
        assert [row for row, _ in reasons(log)] == [1, 3]
        assert log.intakes[0].rows_taken == 1

    NUMBERED = "id,at,service,prio,state,n\n"

    @pytest.mark.parametrize(
        ("numbers", "phases", "seq"),
        [
            ((2, 1, 3), ["active", "new", "resolved"], [1, 2, 3]),
            ((30, 20, 10), ["resolved", "active", "new"], [10, 20, 30]),
            ((-1, -3, -2), ["active", "resolved", "new"], [1, 2, 3]),
            ((2**63 - 1, -(2**63), 0), ["active", "resolved", "new"], [1, 2, 3]),
            ((2**53 + 1, 2**53 + 2, 2**53), ["resolved", "new", "active"], [1, 2, 3]),
            ((7, 7, 7), ["resolved", "new", "active"], [7, 7, 7]),  # as of one row: a stop comes first
        ],
    )
    def test_stated_numbers_order_the_rows_of_an_instant(self, tmp_path, numbers, phases, seq):
        states = zip(("new", "active", "resolved"), numbers, strict=True)
        rows = "".join(f"A,2027-01-04 10:00,s,P3,{state},{n}\n" for state, n in states)
        log = take(tmp_path, self.NUMBERED + rows, form="events", facts=NUMBERED_FACTS)
        assert log.events["phase"].to_list() == phases
        assert log.events["seq"].to_list() == seq

    def test_stated_numbers_only_matter_within_an_instant(self, tmp_path):
        rows = "A,2027-01-04 10:00,s,P3,new,2\nA,2027-01-04 10:01,s,P3,active,1\n"
        log = take(tmp_path, self.NUMBERED + rows, form="events", facts=NUMBERED_FACTS)
        assert log.events["phase"].to_list() == ["new", "active"]

    def test_a_number_that_is_none_costs_its_row(self, tmp_path):
        rows = "".join(f"A,2027-01-04 10:00,s,P3,new,{n}\n" for n in (1, "", "1.5", "x", 2**63, -(2**63) - 1))
        log = take(tmp_path, self.NUMBERED + rows, form="events", facts=NUMBERED_FACTS)
        wrong = "seq is no whole number of 64 bits"
        assert sorted(reasons(log)) == [(2, "seq is missing"), *((row, wrong) for row in (3, 4, 5, 6))]

    def test_numbers_of_parquet_and_of_a_map(self, tmp_path):
        rows = {"id": ["A"] * 3, "at": ["2027-01-04 10:00"] * 3, "service": ["s"] * 3, "prio": ["P3"] * 3}
        frame = pl.DataFrame(rows | {"state": ["new", "active", "resolved"]})
        told = {
            "u.parquet": (pl.Series("n", [2**64 - 1, 2, 1], dtype=pl.UInt64), ["resolved", "active"], [1]),
            "f.parquet": (pl.Series("n", [0.5, 2.0, 1.0]), ["resolved", "active"], [1]),
            "g.parquet": (pl.Series("n", [2.0**60, 2.0, None]), ["active"], [1, 3]),
        }
        for name, (numbers, phases, refused) in told.items():
            frame.with_columns(numbers).write_parquet(tmp_path / name)
            log = ingest([plan(name, "events", NUMBERED_FACTS)], root=tmp_path)
            assert (log.events["phase"].to_list(), sorted(row for row, _ in reasons(log))) == (
                phases,
                refused,
            )
        cases = {"a": "2", "b": "-1", "c": "ignore", "d": "many"}
        facts = NUMBERED_FACTS | {"seq": column("n", cases=cases)}
        text = "".join(
            f"A,2027-01-04 10:00,s,P3,{state},{n}\n"
            for state, n in (
                ("new", "a"),
                ("active", "b"),
                ("closed", "c"),
                ("scheduled", "d"),
                ("resolved", ""),
            )
        )
        log = take(tmp_path, self.NUMBERED + text, form="events", facts=facts)
        assert log.events["phase"].to_list() == ["active", "new"]
        assert (log.intakes[0].rows_ignored, sorted(row for row, _ in reasons(log))) == (1, [4, 5])

    def test_of_two_sources_at_one_instant_the_first_comes_first_whatever_the_numbers(self, tmp_path):
        one = self.NUMBERED + "A,2027-01-04 10:00,s,P3,active,900\nA,2027-01-04 10:00,s,P3,new,800\n"
        two = self.NUMBERED + "A,2027-01-04 10:00,s,P3,resolved,-5\n"
        plans = [
            plan(write(tmp_path, text, f"{name}.csv"), "events", NUMBERED_FACTS, name=name)
            for name, text in (("one", one), ("two", two))
        ]
        log = ingest(plans, root=tmp_path)
        assert log.events["phase"].to_list() == ["new", "active", "resolved"]

    def test_of_a_ticket_named_twice_the_row_of_the_last_number_is_believed(self, tmp_path):
        text = "id,service,prio,opened,n\nA,mail,P3,2027-01-04,2\nA,till,P3,2027-01-04,1\n"
        log = take(tmp_path, text, facts={**BASIC, "opened": "opened", "seq": "n"})
        assert log.tickets["service"].to_list() == ["mail"]

    def test_a_dry_run_shows_numbers(self, tmp_path):
        rows = "A,2027-01-04 10:00,s,P3,new,-7\nA,2027-01-04 10:00,s,P3,new,x\nA,2027-01-04 10:00,s,P3,new,\n"
        file = write(tmp_path, self.NUMBERED + rows)
        shown = {
            one.ours: one for one in dry_run(plan(file, "events", NUMBERED_FACTS), root=tmp_path).columns
        }
        assert shown["seq"].examples == (("-7", "-7"), ("x", "(refused)"), ("", "(missing)"))
        assert shown["seq"].rows_refused == 1

    def test_stated_types_are_taken_as_they_are(self, tmp_path):
        text = (
            "id,at,service,prio,kind_of,who,open\n"
            "A,2027-01-04 09:00,s,P3,created,customer,\n"
            "A,2027-01-04 09:01,s,P3,ack,agent,\n"
            "A,2027-01-04 09:02,s,P3,message,agent,yes\n"
            "A,2027-01-04 09:03,s,P3,message,agent,no\n"
        )
        facts = {**BASIC, "at": "at", "type": "kind_of", "actor_role": "who", "public": "open"}
        log = take(tmp_path, text, form="events", facts=facts)
        assert log.events.select("type", "actor_role", "public").rows() == [
            ("created", "customer", None),
            ("ack", "agent", None),
            ("message", "agent", True),
            ("message", "agent", False),
        ]


class TestSeveral:
    def test_tickets_and_their_events_are_joined(self, tmp_path):
        write(tmp_path, "id,service,prio,opened\nA,s,P1,2027-01-04 09:00\nB,t,P2,2027-01-04 09:00\n", "t.csv")
        write(
            tmp_path,
            "id,at,prio,state,service\nB,2027-01-04 10:00,P3,new,t\nC,2027-01-04 10:00,P3,new,t\n"
            "B,2027-01-04 11:00,P2,resolved,u\n",
            "e.csv",
        )
        tickets = plan("t.csv", "tickets", {**BASIC, "opened": "opened"}, name="tickets")
        events = plan(
            "e.csv",
            "events",
            {"ticket": "id", "at": "at", "priority": "prio", "state": "state", "service": "service"},
            name="events",
        )
        log = ingest([events, tickets], root=tmp_path)
        assert log.tickets.select("ticket", "service", "priority", "resolved").rows() == [
            ("A", "s", "P1", None),
            ("B", "t", "P3", at("2027-01-04T11:00")),
        ]
        assert log.events.select("ticket", "type").rows() == [
            ("B", "state"),
            ("B", "state"),
            ("B", "priority"),
        ]
        assert [(one.source, one.row) for one in log.refusals] == [("events", 2)]
        assert [one.source for one in log.contradictions] == ["events", "events"]
        assert [(one.source, one.rows_taken) for one in log.intakes] == [("events", 2), ("tickets", 2)]

    def test_outages(self, tmp_path):
        text = (
            "from,to,service,planned,share\n2027-01-05,2027-01-06,email,yes,40%\n2027-01-04,,till,,\n"
            "2027-01-05,2027-01-04,till,no,1\n2027-01-05,2027-01-06,,no,1\n"
        )
        planned = column("planned", cases={"yes": "true", "*": "false"})
        facts = {"start": "from", "end": "to", "service": "service", "planned": planned, "share": "share"}
        log = take(tmp_path, text, form="outages", facts=facts)
        assert log.outages.select("service", "start", "end", "planned", "share").rows() == [
            ("till", at("2027-01-04"), None, False, 1.0),
            ("email", at("2027-01-05"), at("2027-01-06"), True, 0.4),
        ]
        assert reasons(log) == [(4, "service is missing"), (3, "it ends before it starts")]

    def test_feedback_finds_its_ticket(self, tmp_path):
        write(tmp_path, "id,service,prio,opened\nA,s,P1,2027-01-04 09:00\n", "t.csv")
        lines = [
            {"answered_at": "2027-01-05T10:00:00", "ticket": "A", "stars": 4},
            {"answered_at": "2027-01-05T11:00:00", "ticket": "Z", "stars": 2.5},
            {"answered_at": "2027-01-05T12:00:00", "ticket": None, "stars": "many"},
        ]
        write(tmp_path, "\n".join(json.dumps(line) for line in lines), "f.jsonl")
        facts = {"at": "answered_at", "ticket": "ticket", "score": "stars"}
        plans = [
            plan("t.csv", "tickets", {**BASIC, "opened": "opened"}),
            plan("f.jsonl", "feedback", facts, name="survey"),
        ]
        log = ingest(plans, root=tmp_path)
        assert log.feedback.select("ticket", "service", "score").rows() == [
            ("A", "s", 4.0),
            (None, None, 2.5),
        ]
        assert [(one.row, one.reason) for one in log.refusals] == [(3, "score is no number")]
        assert [one.row for one in log.contradictions] == [2]

    def test_samples_of_several_metrics(self, tmp_path):
        text = (
            "t,service,ok,all,state,ms\n2027-01-04 09:01,b,9,10,up,12.5\n2027-01-04 09:00,a,,,down,\n"
            "2027-01-04 09:02,a,,,,\n2027-01-04 09:03,a,1,1,odd,1\n"
        )
        log = take(
            tmp_path,
            text,
            form="samples",
            facts={"at": "t", "service": "service"},
            metrics={"up": column("state", cases={"up": "1", "down": "0"}), "ms": column("ms")},
            events_good=(column("ok"), column("all")),
            hold_us=HOLD_UNTIL_NEXT,
        )
        assert sorted(log.samples.select("service", "metric", "value").rows()) == [
            ("a", "up", 0.0),
            ("b", "events_all", 10.0),
            ("b", "events_good", 9.0),
            ("b", "ms", 12.5),
            ("b", "up", 1.0),
        ]
        assert set(log.samples["hold"].to_list()) == {"until next"}
        assert reasons(log) == [(4, "up is no number"), (3, "it has no value")]


class TestRefusedSources:
    def codes(self, folder, one):
        with pytest.raises(IngestError) as failure:
            ingest([one], root=folder)
        return [found.code for found in failure.value.diagnostics]

    def test_missing_columns_are_all_named_with_near_ones(self, tmp_path):
        name = write(tmp_path, "Incident ID,Service,prio,opened\n")
        with pytest.raises(IngestError) as failure:
            ingest(
                [plan(name, "tickets", {**BASIC, "ticket": "IncidentID", "opened": "opened"})], root=tmp_path
            )
        messages = [(found.message, found.help) for found in failure.value.diagnostics]
        assert messages == [
            ('`tickets.csv` has no column "IncidentID"', ('did you mean "Incident ID"?',)),
            ('`tickets.csv` has no column "service"', ('did you mean "Service"?',)),
        ]

    @pytest.mark.parametrize("path", ["a.ods", "https://host/base", "a.txt", "a"])
    def test_kinds_that_are_not_read_yet_say_so(self, tmp_path, path):
        assert self.codes(tmp_path, plan(path, "tickets", {"ticket": "id", "opened": "o"})) == ["SLM552"]

    def test_options_formats_zones_and_types(self, tmp_path):
        name = write(tmp_path, "id,service,prio,opened,opened\n")
        facts = {**BASIC, "opened": "opened"}
        assert self.codes(tmp_path, plan(name, "tickets", facts)) == ["SLM555"]
        name = write(tmp_path, "id,service,prio,opened\n")
        assert self.codes(tmp_path, plan(name, "tickets", facts, options=(("sheet", "1"),))) == ["SLM558"]
        assert self.codes(tmp_path, plan(name, "tickets", facts, options=(("delimiter", ";;"),))) == [
            "SLM558"
        ]
        assert self.codes(tmp_path, plan(name, "tickets", facts, zone="Mars/Base")) == ["SLM557"]
        for form in ("%Q", "%H:%M"):
            wrong = {**BASIC, "opened": column("opened", form=form)}
            assert self.codes(tmp_path, plan(name, "tickets", wrong)) == ["SLM556"]
        pl.DataFrame({"id": ["A"], "service": ["s"], "prio": [[1]], "opened": [5]}).write_parquet(
            tmp_path / "t.parquet"
        )
        assert self.codes(tmp_path, plan("t.parquet", "tickets", facts)) == ["SLM559"]
        without = {name: fact for name, fact in facts.items() if name != "priority"}
        assert self.codes(tmp_path, plan("t.parquet", "tickets", without)) == ["SLM559"]

    def test_all_sources_are_diagnosed_at_once(self, tmp_path):
        one = plan("nowhere.csv", "tickets", {"ticket": "id", "opened": "o"})
        with pytest.raises(IngestError) as failure:
            ingest([one, one], root=tmp_path)
        assert len(failure.value.diagnostics) == 2


class TestDryRun:
    def test_shows_what_maps_to_what(self, tmp_path):
        text = "id,service,prio,opened,more\nA,x,1,2027-01-04,\nB,y,2,nonsense,\n,z,7,2027-01-05,\n"
        facts = {
            **BASIC,
            "opened": "opened",
            "service": column("service", cases={"x": "email", "z": "ignore", "*": "wan"}),
            "priority": column("prio", cases={"1": "P1", "2": "P2"}),
        }
        seen = dry_run(plan(write(tmp_path, text), "tickets", facts), root=tmp_path)
        assert (seen.rows, seen.rows_refused, seen.rows_ignored, seen.unused) == (3, 1, 1, ("more",))
        by_name = {one.ours: one for one in seen.columns}
        assert by_name["service"].examples == (("x", "email"), ("y", "wan"), ("z", "(ignored)"))
        assert by_name["priority"].examples == (("1", "P1"), ("2", "P2"), ("7", "(refused)"))
        assert by_name["opened"].rows_refused == 1
        assert by_name["ticket"].examples == (("A", "A"), ("B", "B"), ("", "(missing)"))
        assert by_name["kind"].examples == (("incident", "incident"),)

    def test_looks_at_the_first_rows_only(self, tmp_path):
        rows = "".join(f"T{n},s,1,2027-01-04\n" for n in range(50))
        one = plan(
            write(tmp_path, "id,service,prio,opened\n" + rows), "tickets", {**BASIC, "opened": "opened"}
        )
        assert dry_run(one, root=tmp_path, rows=10).rows == 10


def test_progress_reaches_the_end(tmp_path):
    seen = []
    one = plan(
        write(tmp_path, "id,service,prio,opened\nA,s,1,2027-01-04\n"),
        "tickets",
        {**BASIC, "opened": "opened"},
    )
    ingest([one], root=tmp_path, progress=lambda name, share: seen.append((name, share)))
    assert seen[-1] == ("export", 1.0)


def test_last_instant_is_the_default_as_of(tmp_path):
    assert ingest([], root=tmp_path).last_us == NO_TIME
