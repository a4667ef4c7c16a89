"""`slm show`, `clock`, `ingest` and `evaluate`, on the starter project."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from slmdsl import EventLog
from slmdsl.cli.app import run
from slmdsl.cli.commands import clock as clock_command

MORE = """\
import "source.slm"
source more {
  read     "more.csv"
  timezone UTC
  ticket   "id"
  kind     incident
  service  email
  priority P1
  opened   "opened"
}
"""


@pytest.fixture
def acme(tmp_path, capsys):
    assert run(["new", str(tmp_path / "acme")]) == 0
    capsys.readouterr()
    return str(tmp_path / "acme")


def cells(line):
    return re.split(r" {2,}", line.strip())


def test_show_says_what_a_target_means(acme, capsys):
    assert run(["show", acme, "shop_it.p1_fix"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"target shop_it\.p1_fix  .*agreement\.slm:\d+", heading)
    assert all(line.startswith("  ") and len(line) <= 100 for line in lines)
    assert "within 4 h" in " ".join(line.strip() for line in lines)


def test_show_shows_an_agreement_with_its_targets(acme, capsys):
    assert run(["show", acme, "shop_it", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [meaning["name"] for meaning in shown] == [
        "shop_it",
        *(f"shop_it.{name}" for name in ("p1_fix", "p2_fix", "other_fix", "first_time")),
    ]
    assert set(shown[0]) == {"kind", "name", "title", "clause", "sentences"}


def test_show_says_what_pauses_a_response_and_spells_out_a_service_s_hours(tmp_path, capsys):
    clock = "clock slow {\n  pauses while wait_customer\n}\n"
    service = (
        "service till {\n  hours mon..sat 07:00-22:00 Europe/Amsterdam\n"
        "  maintenance every sunday 03:00-04:00, notice 5 days\n  maintenance every day 01:00-02:00, notice 36 h\n}\n"
    )
    path = tmp_path / "spec.slm"
    path.write_text(clock + service, encoding="utf-8")
    assert run(["show", str(path), "slow"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "It stands still while the ticket waits for the customer." in shown.split("For a response: ")[1]
    assert run(["show", str(path), "till"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Monday to Saturday: open 07:00 to 22:00." in shown
    assert "announced 5 days before" in shown
    assert "announced 36 h before" in shown


def test_show_lets_no_title_steer_the_terminal(tmp_path, capsys):
    path = tmp_path / "spec.slm"
    path.write_text('team desk "a\x1b[31mb"\n', encoding="utf-8")
    run(["show", str(path), "desk"])
    assert "\x1b" not in capsys.readouterr().out


def test_show_speaks_chinese(acme, capsys):
    assert run(["show", acme, "office", "--lang", "zh"]) == 0
    assert "时间按 Europe/Amsterdam 的当地时钟读取" in "".join(capsys.readouterr().out.split("\n  "))


def test_show_shows_everything(acme, capsys):
    assert run(["show", acme]) == 0
    text = capsys.readouterr().out
    assert all(f" {name} " in text for name in ("office", "acme_it", "email", "shop_it", "desk_export"))


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ["p1_fix"],
            ["error: no declaration is called `p1_fix`", "  = help: did you mean `shop_it.p1_fix`?"],
        ),
        (["ofice"], ["error: no declaration is called `ofice`", "  = help: did you mean `office`?"]),
    ],
)
def test_show_refuses_what_it_does_not_know(acme, capsys, arguments, lines):
    assert run(["show", acme, *arguments]) == 2
    assert capsys.readouterr().err.splitlines() == lines


def test_clock_says_when_something_is_due_with_the_steps(acme, capsys):
    assert run(["clock", acme, "office", "2027-03-05T17:00", "+8h"]) == 0
    names, _, *steps, blank, conclusion = capsys.readouterr().out.splitlines()
    assert cells(names) == ["from", "to", "counts", "in all"]
    assert [cells(step) for step in steps] == [
        ["Fri 2027-03-05 17:00 +01:00", "Fri 2027-03-05 17:30 +01:00", "30 min", "30 min"],
        ["Mon 2027-03-08 08:00 +01:00", "Mon 2027-03-08 12:30 +01:00", "4 h 30 min", "5 h"],
        ["Mon 2027-03-08 13:00 +01:00", "Mon 2027-03-08 16:00 +01:00", "3 h", "8 h"],
    ]
    assert (blank, conclusion) == ("", "8 h on office: due Mon 2027-03-08 16:00 +01:00 Europe/Amsterdam")


@pytest.mark.parametrize(
    ("end", "conclusion"),
    [
        ("+8 h", "8 h on office: due Mon 2027-03-08 16:00 +01:00 Europe/Amsterdam"),
        ("+3 business days", "3 business days on office: due Wed 2027-03-10 17:00 +01:00 Europe/Amsterdam"),
        ("+0 s", "0 s on office: due Fri 2027-03-05 17:00 +01:00 Europe/Amsterdam"),
        ("2027-03-08 09:30", "elapsed on office: 2 h (0.222 business days)"),
        ("2027-03-08T08:30Z", "elapsed on office: 2 h (0.222 business days)"),
        ("2027-03-05T16:59:59", "elapsed on office: -1 s (-0.000 business days)"),
    ],
)
def test_clock_answers_for_times_and_lengths(acme, capsys, end, conclusion):
    assert run(["clock", acme, "office", "2027-03-05T17:00", *end.split(" ")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == conclusion


def test_clock_answers_programs_in_utc_and_microseconds(acme, capsys):
    assert run(["clock", acme, "office", "2027-03-05T17:00", "+1 h", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "calendar": "office",
        "zone": "Europe/Amsterdam",
        "start": "2027-03-05T16:00:00Z",
        "due": "2027-03-08T07:30:00Z",
        "limit": "1 h",
        "elapsed_us": 3_600_000_000,
        "business_days": "1/9",
        "steps": [
            {"start": "2027-03-05T16:00:00Z", "end": "2027-03-05T16:30:00Z", "total_us": 1_800_000_000},
            {"start": "2027-03-08T07:00:00Z", "end": "2027-03-08T07:30:00Z", "total_us": 3_600_000_000},
        ],
    }


def test_clock_knows_always(acme, capsys):
    assert run(["clock", acme, "always", "2027-03-05T17:00Z", "+2 days", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["due"], answer["business_days"]) == ("2027-03-07T17:00:00Z", None)


def test_clock_shows_the_ends_of_a_long_list(acme, capsys, monkeypatch):
    monkeypatch.setattr(clock_command, "_MOST_STEPS", 4)
    assert run(["clock", acme, "office", "2027-03-08", "2027-03-13"]) == 0
    steps = capsys.readouterr().out.splitlines()[2:-2]
    assert [cells(step)[0][:14] for step in steps] == [
        *("Mon 2027-03-08", "Mon 2027-03-08", "...", "Fri 2027-03-12", "Fri 2027-03-12")
    ]
    assert cells(steps[2])[1] == "6 more"


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ["ofice", "2027-03-05", "+1 h"],
            ["error: no calendar is called `ofice`", "  = help: did you mean `office`?"],
        ),
        (
            ["office", "5 March", "+1 h"],
            [
                "error: `5 March` is not a time",
                "  = help: write `2027-03-05T17:00`, or with an offset `2027-03-05T16:00Z`",
            ],
        ),
        (
            ["office", "2027-03-05", "+1 fortnight"],
            [
                "error: `1 fortnight` is not a duration",
                "  = help: write `+4 h`, `+1 h 30 min` or `+3 business days`",
            ],
        ),
        (
            ["office", "2027-03-05", "+1.5 days"],
            [
                "error: `office` closes, so `1.5 days` may mean two things",
                "  = help: write `+36 h` for open hours, or `+1.5 business days`",
            ],
        ),
        (
            ["always", "2027-03-05", "+2 business days"],
            ["error: `always` never closes, so it has no business days", "  = help: write `+2 days`"],
        ),
        (
            ["office", "2027-03-28T02:30", "+1 h"],
            [
                "error: 2027-03-28 02:30:00 does not exist in Europe/Amsterdam: clocks were put forward over it"
            ],
        ),
    ],
)
def test_clock_refuses_what_has_no_answer(acme, capsys, arguments, lines):
    assert run(["clock", acme, *arguments]) == 2
    assert capsys.readouterr().err.splitlines() == lines


def test_clock_refuses_years_without_a_calendar(acme, capsys):
    assert run(["clock", acme, "office", "1027-03-05", "+1 h"]) == 2
    assert "1900 to 2199" in capsys.readouterr().err


def test_ingest_accounts_for_every_row(acme, capsys):
    assert run(["ingest", acme, "desk_export"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "11 tickets",
        "desk_export (tickets.csv): 12 rows in = 11 taken + 0 ignored + 1 refused",
        '  1 row refused: service in "configuration item": no line matches "VPN4"',
        '  tickets.csv row 10: service in "configuration item": no line matches "VPN4"',
    ]


def test_ingest_writes_a_log_that_can_be_read_again(acme, tmp_path, capsys):
    assert run(["ingest", acme, "desk_export", "--out", str(tmp_path / "log.parquet"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"]["tickets"] == 11
    assert answer["out"] == str(tmp_path / "log.parquet")
    assert [(each["row"], each["file"]) for each in answer["refused"]] == [(10, "tickets.csv")]
    assert EventLog.from_parquet(tmp_path / "log.parquet").tickets.height == 11


def test_ingest_shows_what_the_first_rows_become(acme, capsys):
    assert run(["ingest", acme, "desk_export", "--dry-run"]) == 0
    head, names, _, *lines = capsys.readouterr().out.splitlines()
    assert head == "desk_export: the first 12 rows of tickets.csv; 1 refused, 0 ignored"
    assert cells(names) == ["ours", "from", "becomes", "refused"]
    rows = {cells(line)[0]: cells(line)[1:] for line in lines}
    assert rows["ticket"] == ["number", '"INC1001", "INC1002", "INC1003", ...']
    assert rows["priority"][1].startswith('"2 - High" → P2, "1 - Critical" → P1')
    assert run(["ingest", acme, "desk_export", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows_refused"] == 1


def test_ingest_suggests_a_source(acme, capsys):
    assert run(["ingest", "--suggest", f"{acme}/tickets.csv"]) == 0
    assert capsys.readouterr().out.startswith("source tickets {\n")


@pytest.mark.parametrize("arguments", [["--suggest", "nowhere.csv"], ["--suggest", "."]])
def test_ingest_cannot_suggest_from_nothing(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["ingest", *arguments]) == 2
    assert capsys.readouterr().err.startswith("error")


def test_an_unreadable_source_is_a_diagnostic_with_its_line(acme, capsys):
    source = Path(acme) / "source.slm"
    source.write_text(source.read_text(encoding="utf-8").replace('"number"', '"numbr"'), encoding="utf-8")
    assert run(["ingest", acme, "desk_export"]) == 2
    said = capsys.readouterr().err
    assert 'no column "numbr"' in said
    assert 'ticket    "numbr"' in said
    assert "please report" not in said


def test_evaluate_prints_verdicts_and_accounts_for_rows(acme, capsys):
    assert run(["evaluate", acme, "--source", "desk_export", "--sla", "shop_it"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("shop_it  IT for the shops  ")
    assert any("as of Wed 2027-03-31 16:00 +02:00: " in line for line in lines)
    assert lines[-2].endswith("12 rows in = 11 taken + 0 ignored + 1 refused")
    assert not any("not evaluated" in line for line in lines)
    assert not any("desk_works" in line for line in lines)


def test_evaluate_fails_on_a_miss_when_told(acme, capsys):
    told = ["evaluate", acme, "--source", "desk_export", "--sla", "shop_it", "--as-of", "2027-04-01"]
    assert run(told) == 0
    assert run([*told, "--fail-on-miss"]) == 1
    assert "✗ missed" in capsys.readouterr().out


def test_evaluate_answers_programs(acme, capsys):
    assert run(["evaluate", acme, "--as-of", "2027-04-01", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["as_of"] == "2027-03-31T22:00:00Z"
    assert answer["kept"] is False
    p1_fix = next(row for row in answer["targets"] if (row["sla"], row["target"]) == ("shop_it", "p1_fix"))
    assert (p1_fix["period"], p1_fix["n"], p1_fix["met"], p1_fix["verdict"]) == ("2027-03", 2, 2, "met")
    assert (p1_fix["from"], p1_fix["to"]) == ("2027-02-28T23:00:00Z", "2027-03-31T22:00:00Z")
    assert answer["intakes"][0]["rows_refused"] == 1


def test_evaluate_writes_its_tables(acme, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["evaluate", acme, "--as-of", "2027-04-01", "--out", str(out)]) == 0
    assert f"wrote {out / 'targets.csv'}" in capsys.readouterr().out
    assert "shop_it" in (out / "targets.csv").read_text(encoding="utf-8")
    tickets = pl.read_parquet(out / "tickets.parquet")
    missed = tickets.filter((pl.col("sla") == "shop_it") & (pl.col("target") == "p2_fix") & ~pl.col("met"))
    assert missed["ticket"].to_list() == ["INC1005"]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ["--source", "desk"],
            ["error: no source is called `desk`", "  = help: declared: `desk_export`"],
        ),
        (["--sla", "shop"], ["error: no agreement is called `shop`", "  = help: did you mean `shop_it`?"]),
        (
            ["--as-of", "yesterday"],
            [
                "error: `yesterday` is not a time",
                "  = help: write `2027-03-05T17:00`, or with an offset `2027-03-05T16:00Z`",
            ],
        ),
    ],
)
def test_evaluate_refuses_what_it_does_not_know(acme, capsys, arguments, lines):
    assert run(["evaluate", acme, *arguments]) == 2
    assert capsys.readouterr().err.splitlines() == lines


def test_of_several_sources_one_must_be_named(acme, capsys):
    (Path(acme) / "more.slm").write_text(MORE, encoding="utf-8")
    assert run(["evaluate", acme]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: several sources are declared: name those that tell what happened",
        "  = help: add `--source NAME`, once or more; declared are `more`, `desk_export`",
    ]


def test_without_a_source_nothing_can_be_judged(acme, tmp_path, capsys):
    (tmp_path / "none.slm").write_text("field site\n", encoding="utf-8")
    assert run(["evaluate", str(tmp_path / "none.slm")]) == 2
    assert capsys.readouterr().err.startswith("error: no source is declared")


def test_agreements_with_errors_are_not_judged(acme, capsys):
    (Path(acme) / "bad.slm").write_text(
        "clock a {\n  stops at resolved\n  runs on ofice\n}\n", encoding="utf-8"
    )
    assert run(["evaluate", acme, "--source", "desk_export"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error[SLM203]")


def test_evaluate_tells_who_is_judged_by_nobody(acme, capsys):
    inner = (
        'import "agreement.slm"\nteam nobody "Nobody at all"\nola inner {\n  between   nobody and desk\n'
        "  supports  shop_it\n  valid     2027-01-01 .. 2027-12-31\n"
        "  target fix: resolution of P1 incidents within 8 h for 90% each month\n}\n"
    )
    (Path(acme) / "inner.slm").write_text(inner, encoding="utf-8")
    told = ["evaluate", acme, "--source", "desk_export", "--sla", "inner"]
    notes = ["8 tickets are judged by no target", "no ticket that is judged was in a group called `nobody`"]
    assert run(told) == 0
    said = capsys.readouterr().out
    assert all(note in said for note in notes)
    assert run([*told, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert all(any(note in each for each in answer["notes"]) for note in notes)
