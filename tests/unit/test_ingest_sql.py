"""Databases: addresses, what is read of SQLite and PostgreSQL, and that nothing is written or told."""

from __future__ import annotations

import contextlib
import sqlite3
import sys

import pytest

from slmdsl.ingest import IngestError, Limits, dry_run, ingest
from slmdsl.ingest.addresses import address_of
from tests import postgres
from tests.ingest_plans import column, plan

FACTS = {
    "ticket": "number",
    "kind": column(constant="incident"),
    "service": column(constant="desk"),
    "priority": "prio",
    "opened": "opened",
    "resolved": "resolved",
}
ROWS = [
    (4711, 1, "2027-03-01 08:00:00", "2027-03-01 09:30:00"),
    (4712, 2, "2027-03-01 10:00:00", None),
]


@pytest.fixture
def desk(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "desk.db")) as base, base:
        base.execute("create table incidents (number integer, prio integer, opened text, resolved text)")
        base.executemany("insert into incidents values (?, ?, ?, ?)", ROWS)
    return tmp_path


def source(path, *, form="tickets", facts=None, **options):
    return plan(path, form, facts or FACTS, options=tuple(options.items()))


def refused(root, path, **options):
    with pytest.raises(IngestError) as failure:
        ingest([source(path, **options)], root=root)
    (found,) = failure.value.diagnostics
    return found


class TestAddresses:
    @pytest.mark.parametrize(
        ("value", "secrets"),
        [
            ("postgresql://desk@db.example.org/base", ()),
            ("postgres://desk:pw@db.example.org:5432/base", ("pw",)),
            ("postgresql://desk:a%40b@[::1]:5432/base", ("a%40b", "a@b")),
            ("postgresql://db/base?password=pw&sslmode=require", ("pw",)),
            ("postgresql://one:1,two:2/base", ()),
            ("postgresql:///base?host=/var/run/postgresql", ()),
        ],
    )
    def test_servers(self, tmp_path, value, secrets):
        found = address_of(source("env:DESK_DB"), tmp_path, {"DESK_DB": value})
        assert (found.url, found.secrets) == (value, secrets)
        assert "pw" not in repr(found)

    @pytest.mark.parametrize(
        "value",
        [
            "hunter2",
            "mysql://desk:hunter2@db/base",
            "postgresql://",
            "postgresql://desk:hunter2/x@db/base",
            "postgresql://desk:hunter2@x@db/base",
            "postgresql://desk:12/hunter2@db/base",
            "postgresql://desk:hunter2?@db/base",
            "postgresql://desk:1#hunter2@db/base",
            "postgresql://desk:hunter2/base",
            "postgresql://desk:hunter2@/base",
            "postgresql://[hunter2/base",
            "postgresql://desk:hunt er2@db/base",
        ],
    )
    def test_an_address_that_is_none_is_not_repeated(self, tmp_path, monkeypatch, value):
        monkeypatch.setenv("DESK_DB", value)
        found = refused(tmp_path, "env:DESK_DB", table="incidents")
        assert found.code == "SLM564"
        assert "hunter2" not in found.message + "".join(found.help)

    @pytest.mark.parametrize("name", ["DESK_DB_NOT_SET", "", "A B", "A=B"])
    def test_a_variable_that_is_not_set(self, tmp_path, name):
        assert refused(tmp_path, f"env:{name}", table="incidents").code == "SLM563"

    @pytest.mark.parametrize(
        "path", ["postgresql://desk:hunter2@db/base", "postgresql://db/base?password=hunter2"]
    )
    def test_a_password_in_the_text_is_refused(self, tmp_path, path):
        found = refused(tmp_path, path, table="incidents")
        assert found.code == "SLM568"
        assert "hunter2" not in found.message

    def test_a_file_that_the_text_names_lies_inside_the_project(self, desk):
        inner = desk / "project"
        inner.mkdir()
        assert refused(inner, "sqlite:../desk.db", table="incidents").code == "SLM551"
        (inner / "link.db").symlink_to(desk / "desk.db")
        assert refused(inner, "sqlite:link.db", table="incidents").code == "SLM551"
        assert refused(inner, "sqlite:none.db", table="incidents").code == "SLM550"

    def test_a_file_that_the_environment_names_lies_anywhere(self, desk, monkeypatch):
        inner = desk / "project"
        inner.mkdir()
        for value in (f"sqlite:{desk}/desk.db", f"sqlite:///{desk}/desk.db", "sqlite:///../desk.db"):
            monkeypatch.setenv("DESK_DB", value)
            assert len(ingest([source("env:DESK_DB", table="incidents")], root=inner).tickets) == 2
        monkeypatch.setenv("DESK_DB", "sqlite:/secret/place.db")
        found = refused(inner, "env:DESK_DB", table="incidents")
        assert found.code == "SLM550"
        assert "secret" not in found.message + "".join(found.help)


class TestSqlite:
    def test_a_table_is_read(self, desk):
        log = ingest([source("sqlite:desk.db", table="incidents")], root=desk)
        found = log.tickets.select("ticket", "priority", "opened", "resolved").rows()
        assert [(row[0], row[1], str(row[2]), row[3] and str(row[3])) for row in found] == [
            ("4711", "1", "2027-03-01 08:00:00+00:00", "2027-03-01 09:30:00+00:00"),
            ("4712", "2", "2027-03-01 10:00:00+00:00", None),
        ]

    def test_the_rows_of_a_query_are_numbered_as_they_come(self, desk):
        with contextlib.closing(sqlite3.connect(desk / "desk.db")) as base, base:
            base.execute("insert into incidents values (0, 1, 'soon', null), (1, 2, x'00ff', null)")
            base.execute("insert into incidents values (2, cast(x'ff' as text), '2027-03-01', null)")
        query = "select * from incidents order by number"
        log = ingest([source("sqlite:desk.db", query=query)], root=desk)
        assert {one.row: one.reason for one in log.refusals} == {
            1: "opened cannot be read as a time such as 2027-03-31T17:30:00",
            2: '"opened" holds bytes, not a plain value',
            3: '"prio" is not UTF-8',
        }
        taken = log.intakes[0]
        assert (taken.rows_in, taken.rows_taken, taken.rows_refused) == (5, 2, 3)
        assert log.refusals[0].file == "sqlite:desk.db"

    def test_outages_and_surveys(self, desk):
        with contextlib.closing(sqlite3.connect(desk / "desk.db")) as base, base:
            base.execute("create table book (start text, finish text, hit real, plan integer)")
            base.execute("insert into book values ('2027-03-01 08:00', '2027-03-01 09:00', 0.25, 1)")
            base.execute("insert into book values ('2027-03-02 08:00', '2027-03-01 09:00', 1, 0)")
            base.execute("create view stars as select number, 4.5 as score, opened from incidents")
        facts = {"start": "start", "end": "finish", "service": column(constant="till"), "share": "hit"}
        facts["planned"] = column("plan", cases={"1": "true", "*": "false"})
        book = source("sqlite:desk.db", form="outages", facts=facts, table="book")
        survey = source(
            "sqlite:desk.db",
            form="feedback",
            facts={"at": "opened", "ticket": "number", "score": "score"},
            table="stars",
        )
        log = ingest([source("sqlite:desk.db", table="incidents"), book, survey], root=desk)
        assert log.outages.select("service", "planned", "share").rows() == [("till", True, 0.25)]
        assert log.feedback.select("ticket", "score").rows() == [("4711", 4.5), ("4712", 4.5)]
        assert [(one.row, one.reason) for one in log.refusals] == [(2, "it ends before it starts")]

    def test_many_batches_and_a_limit(self, desk):
        query = (
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 25000) "
            "select i as number, 1 as prio, '2027-03-01' as opened, null as resolved from n"
        )
        assert len(ingest([source("sqlite:desk.db", query=query)], root=desk).ticket_columns) == 25_000
        with pytest.raises(IngestError) as failure:
            ingest([source("sqlite:desk.db", query=query)], root=desk, limits=Limits(rows=20_000))
        assert failure.value.diagnostics[0].code == "SLM553"

    @pytest.mark.parametrize(
        "query",
        [
            "select nothing from incidents",
            "delete from incidents",
            "delete from incidents returning *",
            "drop table incidents",
            "select 1; drop table incidents",
            "attach database 'other.db' as other",
            "pragma user_version = 7",
            "vacuum into 'copy.db'",
            "select load_extension('evil')",
            "select zeroblob(1000000000) as number, 1 as prio, 1 as opened, 1 as resolved",
            "-- nothing",
        ],
    )
    def test_what_is_wrong_or_does_not_only_read_is_refused(self, desk, query):
        before = (desk / "desk.db").read_bytes()
        assert refused(desk, "sqlite:desk.db", query=query).code == "SLM565"
        assert (desk / "desk.db").read_bytes() == before
        assert sorted(one.name for one in desk.iterdir()) == ["desk.db"]

    def test_what_is_no_database_is_refused(self, tmp_path):
        (tmp_path / "desk.db").write_text("number,opened\n" * 1_000)
        assert refused(tmp_path, "sqlite:desk.db", table="incidents").code == "SLM565"

    def test_columns_and_options(self, desk):
        assert (
            refused(desk, "sqlite:desk.db", query="select number, prio, opened from incidents").code
            == "SLM554"
        )
        assert refused(desk, "sqlite:desk.db", query="select *, 1 as prio from incidents").code == "SLM555"
        assert refused(desk, "sqlite:desk.db").code == "SLM567"
        assert refused(desk, "sqlite:desk.db", table=" ").code == "SLM567"
        assert refused(desk, "sqlite:desk.db", table="incidents", query="select 1").code == "SLM567"
        assert refused(desk, "sqlite:desk.db", table="incidents", sheet="1").code == "SLM558"

    def test_a_tables_name_is_no_sql(self, desk):
        assert refused(desk, "sqlite:desk.db", table='incidents" where 1=0 --').code == "SLM565"
        assert len(ingest([source("sqlite:desk.db", table="main.incidents")], root=desk).tickets) == 2

    def test_dry_run(self, desk):
        seen = dry_run(source("sqlite:desk.db", table="incidents"), root=desk)
        assert (seen.rows, seen.rows_refused, seen.unused) == (2, 0, ())

    def test_a_missing_library_is_named(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)
        found = refused(tmp_path, "postgresql://desk@127.0.0.1:1/base", table="incidents")
        assert (found.code, "slmdsl[postgres]" in found.help[0]) == ("SLM566", True)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    with postgres.server(tmp_path_factory.mktemp("postgres")) as url:
        import psycopg

        with psycopg.connect(url) as base:
            base.execute(
                "create table incidents (number numeric, prio smallint, opened timestamptz, resolved timestamp,"
                " day date, up boolean, id uuid, much double precision, raw bytea)"
            )
            base.execute(
                "insert into incidents values (4711, 1, '2027-03-01 08:00+02', '2027-03-01 09:30:00.25', '2027-03-01',"
                " true, '6f2c6e1e-8d5e-4c5c-9a36-0e2a7a3c9b11', 0.5, null),"
                " (4712.50, 2, '2027-03-01 10:00Z', null, null, null, null, null, null),"
                " (4713, 2, 'infinity', '4713-01-01 BC', 'infinity', null, null, null, 'x')"
            )
        yield url


class TestPostgres:
    def test_a_table_is_read_and_instants_are_believed(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("DESK_DB", server)
        more = {"fields": {"uuid": column("id")}, "zone": "Europe/Amsterdam"}
        found = plan("env:DESK_DB", "tickets", FACTS, options=(("table", "public.incidents"),), **more)
        log = ingest([found], root=tmp_path)
        rows = log.tickets.select("ticket", "opened", "resolved", "uuid").rows()
        assert [tuple(map(str, row)) for row in rows] == [
            (
                "4711",
                "2027-03-01 06:00:00+00:00",
                "2027-03-01 08:30:00.250000+00:00",
                "6f2c6e1e-8d5e-4c5c-9a36-0e2a7a3c9b11",
            ),
            ("4712.50", "2027-03-01 10:00:00+00:00", "None", "None"),
        ]
        assert [(one.row, one.reason) for one in log.refusals] == [
            (3, '"opened" holds infinity, which is no time')
        ]

    def test_infinity_may_be_a_mark_of_missing(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("DESK_DB", server)
        query = "select number, prio, date '2027-03-01' as opened, opened as resolved from incidents where prio = 2"
        found = plan("env:DESK_DB", "tickets", FACTS, options=(("query", query),), missing=("infinity",))
        log = ingest([found], root=tmp_path)
        assert (log.intakes[0].rows_taken, log.tickets["resolved"].null_count()) == (2, 1)

    def test_bytes_cost_their_row(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("DESK_DB", server)
        query = "select number, raw as prio, now() as opened, day as resolved from incidents order by number"
        log = ingest([source("env:DESK_DB", query=query)], root=tmp_path)
        assert [(one.row, one.reason) for one in log.refusals] == [
            (3, '"prio" holds bytes, not a plain value')
        ]

    @pytest.mark.parametrize(
        "query",
        [
            "select nothing from incidents",
            "select 1; drop table incidents",
            "delete from incidents returning *",
            "with gone as (delete from incidents returning *) select * from gone",
            "copy incidents to program 'touch never'",
            "select 1 / 0 as number, 1 as prio, 1 as opened, 1 as resolved",
            "select setval('pg_catalog.none', 1)",
        ],
    )
    def test_what_is_wrong_or_does_not_only_read_is_refused(self, server, tmp_path, monkeypatch, query):
        monkeypatch.setenv("DESK_DB", server)
        assert refused(tmp_path, "env:DESK_DB", query=query).code == "SLM565"

    def test_a_wrong_password_is_not_told(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("DESK_DB", server.replace(postgres.ESCAPED, "hunter2"))
        found = refused(tmp_path, "env:DESK_DB", table="incidents")
        assert (found.code, "hunter2" in found.message) == ("SLM565", False)
        assert "password authentication failed" in found.message

    def test_many_rows_come_in_batches(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("DESK_DB", server)
        query = (
            "select n as number, 1 as prio, timestamptz '2027-03-01Z' + n * interval '1 min' as opened,"
            " null::timestamptz as resolved from generate_series(1, 25000) n"
        )
        log = ingest([source("env:DESK_DB", query=query)], root=tmp_path)
        assert log.intakes[0].rows_taken == 25_000

    def test_a_server_that_is_not_there(self, tmp_path):
        found = refused(tmp_path, "postgresql://desk@127.0.0.1:1/base", table="incidents")
        assert found.code == "SLM565"
