"""The service report: its figures are the verdicts', its parts the text's, its words in two languages."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.base.units import Money
from slmdsl.cli.app import run
from slmdsl.contract.model.agreements import Statistic
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Bullets, Picture, Table
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.report.provenance import hash_of_log, hash_of_texts
from slmdsl.report.service.change import change_words, out_of_reach, weight_of
from slmdsl.report.service.evaluator_words import evaluator_words
from slmdsl.report.service.failures import ReportError
from slmdsl.report.service.steady import steadiness
from slmdsl.report.service.summary import summary_section
from slmdsl.report.service.targets import targets_section
from slmdsl.stats.control import ControlPoint
from slmdsl.syntax.build.reports import PARTS

pytestmark = pytest.mark.compiled

HAN = re.compile(r"[\u4e00-\u9fff]")
PERIOD = "2027-03"


def whole(spec, name="monthly", **changes):
    """Return a spec whose report shows all parts."""
    report = replace(spec.contract.reports[name], shows=(), **changes)
    return replace(spec, contract=replace(spec.contract, reports={name: report}))


@pytest.fixture(scope="module")
def acme():
    spec = slm.load(shipped("models") / "acme")
    return whole(spec), slm.ingest(spec, list(spec.sources))


@pytest.fixture(scope="module")
def march(acme):
    return slm.report(*acme, "monthly", period=PERIOD)


def table(document, key):
    return next(each for each in document.tables() if each.key == key)


def rows(document, key):
    found = table(document, key)
    names = [each.key for each in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def test_all_parts_stand_in_the_order_of_the_language(march):
    for document in march.documents:
        assert tuple(section.key for section in document.sections) == PARTS
        assert all(section.title for section in document.sections)


def test_keys_of_tables_and_pictures_are_unique(march):
    for document in march.documents:
        keys = [each.key for each in document.blocks() if isinstance(each, Table | Picture)]
        assert len(set(keys)) == len(keys)


def test_the_text_chooses_parts_and_their_order(acme):
    spec, log = acme
    report = replace(spec.contract.reports["monthly"], shows=("credits", "summary"), languages=("zh",))
    chosen = replace(spec, contract=replace(spec.contract, reports={"monthly": report}))
    (document,) = slm.report(chosen, log, "monthly", period=PERIOD).documents
    assert [section.key for section in document.sections] == ["credits", "summary"]
    assert document.language == "zh"


def test_figures_are_those_of_the_verdicts_at_the_end_of_the_period(acme, march):
    spec, log = acme
    end = datetime(2027, 3, 31, 22, tzinfo=UTC)  # midnight in Amsterdam
    verdicts = slm.evaluate(spec, log, as_of=end, sla="acme_gold")
    known = {
        (row.target.name if row.part is None else f"{row.target.name} ({row.part})"): row
        for row in verdicts.periods
        if row.period in (PERIOD, "2027-Q1")
    }
    listed = rows(march.documents[0], "targets.acme_gold")
    assert len(listed) == 15
    for row in listed:
        judged = known[row["target"].value]
        assert row["n"].value == judged.n
        assert row["verdict"].value == judged.verdict.value
        assert float(row["value"].value) == pytest.approx(judged.value)
        assert row["value"].trace.clause == judged.target.span.where


def test_every_judged_ticket_is_named(march):
    for row in rows(march.documents[0], "targets.acme_gold"):
        if row["n"].unit == "tickets":
            assert len(row["n"].trace.tickets) == row["n"].value
            if row["missed"].value is not None:
                assert len(row["missed"].trace.tickets) == row["missed"].value


def test_misses_are_those_that_plain_polars_finds(acme, march):
    spec, log = acme
    first, end = datetime(2027, 2, 28, 23, tzinfo=UTC), datetime(2027, 3, 31, 22, tzinfo=UTC)
    tickets = slm.evaluate(spec, log, as_of=end, sla="acme_gold").tickets
    missed = tickets.filter(
        ~pl.col("met"),
        ~pl.col("excluded"),
        pl.col("cycle") == 1,
        pl.col("decided") >= first,
        pl.col("decided") < end,
    )
    listed = rows(march.documents[0], "breaches.acme_gold")
    assert sorted(row["ticket"].value for row in listed) == sorted(missed["ticket"].to_list())
    late = {row["ticket"].value: row["over"].value for row in listed if row["over"].unit == "us"}
    told = dict(missed.select("ticket", pl.col("elapsed") - pl.col("limit")).drop_nulls().iter_rows())
    assert {ticket: told[ticket] for ticket in late} == late
    assert all(over > timedelta(0) for over in late.values())


def test_credits_add_up(march):
    (total,) = rows(march.documents[0], "credit_totals.acme_gold")
    paid = sum(row["amount"].value.minor for row in rows(march.documents[0], "credits.acme_gold"))
    assert total["paid"].value.minor == total["summed"].value.minor == paid == 150_000
    p1_fix = next(
        row for row in rows(march.documents[0], "targets.acme_gold") if row["target"].value == "p1_fix"
    )
    assert paid == 75_000 * p1_fix["missed"].value  # EUR 750 per miss


def test_several_periods_are_summed_up(acme, march):
    often = {row["target"].value: row for row in rows(march.documents[0], "targets_often.acme_gold")}
    spec, log = acme
    end = datetime(2027, 3, 31, 22, tzinfo=UTC)
    targets = slm.evaluate(spec, log, as_of=end, sla="acme_gold").targets
    days = targets.filter(pl.col("target") == "tills_ms", pl.col("period").str.starts_with(PERIOD))
    assert often["tills_ms"]["periods"].value == days.height == 31
    assert often["tills_ms"]["kept"].value == days.filter(pl.col("verdict") == "met").height
    assert float(often["tills_ms"]["worst"].value) == days["value"].max()


def test_a_quarter_stands_so_far_in_the_report_of_a_month(acme):
    document = slm.report(*acme, "monthly", period="2027-02").documents[0]
    laptops = next(row for row in rows(document, "targets.acme_gold") if row["target"].value == "laptops")
    assert laptops["verdict"].value == Word.RUNNING.value
    assert "so far in 2027-Q1" in laptops["remarks"].text


def test_later_facts_change_nothing(acme):
    spec, log = acme
    end = datetime(2027, 2, 28, 23, tzinfo=UTC)
    by_default = slm.report(spec, log, "monthly", period="2027-02")
    at_end = slm.report(spec, log, "monthly", period="2027-02", as_of=end)
    later = slm.report(spec, log, "monthly", period="2027-02", as_of=end + timedelta(days=20))
    figures = [rows(each.documents[0], "targets.acme_gold") for each in (by_default, at_end, later)]
    assert figures[0] == figures[1]
    assert figures[0] != figures[2]  # the quarter has gone on


def test_a_log_that_stops_early_is_of_a_running_period(acme):
    spec, log = acme
    tickets = log.tickets.filter(pl.col("resolved") < datetime(2027, 3, 20, tzinfo=UTC)).drop(
        "closed", "responded", "reopenings", "reassignments"
    )
    early = slm.report(spec, slm.EventLog.from_frames(tickets=tickets), "monthly", period=PERIOD)
    verdicts = {row["verdict"].value for row in rows(early.documents[0], "targets.acme_gold")}
    assert Word.RUNNING.value in verdicts
    assert Word.MISSED.value not in verdicts
    assert "As known on 2027-03" in early.documents[0].heading[-1]


def test_nothing_is_noise_before_the_period_has_a_point(acme):
    spec, log = acme
    found = slm.report(spec, log, "monthly", period="2027-04").documents[0]
    (items,) = [
        each.items for each in found.sections[0].blocks if isinstance(each, Bullets) and "went" in str(each)
    ]
    assert not any("signal" in item for item in items)
    assert any("99.946 % to 100.00 %" in item for item in items)  # a miss of 99.95 % is not shown as 99.95 %


def test_satisfaction_is_what_plain_polars_finds(acme, march):
    spec, log = acme
    first, end = datetime(2027, 2, 28, 23, tzinfo=UTC), datetime(2027, 3, 31, 22, tzinfo=UTC)
    tickets = slm.evaluate(spec, log, as_of=end, sla="acme_gold").tickets
    missed = (
        tickets.filter(pl.col("met").is_not_null(), ~pl.col("excluded"), pl.col("cycle") == 1)
        .group_by("ticket")
        .agg(missed=~pl.col("met").all())
    )
    services = dict(log.tickets.select("ticket", "service").iter_rows())
    answers = log.feedback.filter(pl.col("at") >= first, pl.col("at") < end)
    mine = answers.filter(pl.col("ticket").replace_strict(services).is_in(["email", "till", "laptop"]))
    means = dict(mine.join(missed, on="ticket").group_by("missed").agg(pl.col("score").mean()).iter_rows())
    kept_row, missed_row, _ = rows(march.documents[0], "satisfaction")
    assert kept_row["score"].value == pytest.approx(means[False])
    assert missed_row["score"].value == pytest.approx(means[True])


def test_uptime_is_that_of_the_verdicts(march):
    uptime = {row["service"].value: row for row in rows(march.documents[0], "uptime.acme_gold")}
    shares = {
        row["target"].value: row["value"].value for row in rows(march.documents[0], "targets.acme_gold")
    }
    for service, target in (("email", "mail_up"), ("till", "till_up")):
        agreed, down = (
            uptime[service][key].value // timedelta(microseconds=1) for key in ("agreed", "downtime")
        )
        assert 1 - Fraction(down, agreed) == shares[target]
    spells = rows(march.documents[0], "spells.acme_gold")
    assert [row["cause"].value for row in spells if row["service"].value == "till"] == ["release"]


def test_what_is_overdue_is_said_in_the_summary(march):
    said = rendered(march.documents[:1], ".md").decode()
    assert "Rehearsal of mail_failover: overdue by 17 days." in said
    states = {
        row["contingency"].trace.clause: row["state"].tone
        for row in rows(march.documents[0], "contingencies")
    }
    assert sorted(states.values()) == ["bad", "good"]


def test_rows_in_are_rows_told(acme, march):
    _, log = acme
    listed = rows(march.documents[0], "intake")
    assert [row["rows_in"].value for row in listed] == [each.rows_in for each in log.intakes]
    for row in listed:
        assert row["rows_in"].value == sum(row[key].value for key in ("taken", "ignored", "refused"))


def test_the_same_input_gives_the_same_bytes(acme, march):
    again = slm.report(*acme, "monthly", period=PERIOD)
    for suffix in (".json", ".md"):
        assert rendered(again.documents, suffix) == rendered(march.documents, suffix)


def test_figures_are_the_same_in_both_languages(march):
    english, chinese = march.documents
    for mine, theirs in zip(english.tables(), chinese.tables(), strict=True):
        assert mine.key == theirs.key
        assert len(mine.rows) == len(theirs.rows)
        numbers = [
            [cell.value for row in each.rows for cell in row if not isinstance(cell.value, str)]
            for each in (mine, theirs)
        ]
        assert numbers[0] == numbers[1]
    heads = [
        column.head for each in chinese.tables() for column in each.columns if each.key.startswith("targets")
    ]
    assert all(HAN.search(head) for head in heads)


def test_provenance_names_texts_facts_and_versions(acme, march):
    spec, log = acme
    lines = dict(march.documents[0].provenance)
    assert lines["Text of the agreements"] == f"sha256:{hash_of_texts(spec.texts)}"
    assert lines["Facts"] == f"sha256:{hash_of_log(log)}"
    assert lines["Versions"] == "acme_gold 2.1"
    assert {"Made by", "Time zones", "Public holidays"} <= lines.keys()


def test_the_hash_of_facts_is_of_words_and_not_of_codes(acme):
    _, log = acme
    kind = log.ticket_columns.kind
    turned = replace(
        kind,
        codes=np.where(kind.codes < 0, kind.codes, len(kind.values) - kind.codes).astype(np.int32),
        values=("nothing has this", *reversed(kind.values)),
    )
    same = replace(log, ticket_columns=replace(log.ticket_columns, kind=turned))
    other = replace(
        log, ticket_columns=replace(log.ticket_columns, opened_us=log.ticket_columns.opened_us + 1)
    )
    assert hash_of_log(same) == hash_of_log(log) != hash_of_log(other)


@pytest.mark.parametrize(
    "text",
    [
        "99.2% is below 99.5%: 5% of EUR 42_000 = EUR 2_100",
        "missed: EUR 750",
        "2 misses: 2 x EUR 750 = EUR 1_500",
        "missed 4 months in a row (3 asked for): 5% of EUR 42_000 = EUR 2_100",
        "missed 3 of the last 6 months: 1.5 points",
        "missed 3 of the last 6 months",
        "cap 15% of fee each month = EUR 6_300, not reached",
        "cap 10% of fee each rolling 12 months = EUR 50_400, EUR 50_000 given before, leaves EUR 400",
        "met 3 months in a row: 50% of EUR 2_100 = EUR 1_050 returned",
        "5% of fee, and no fee is said",
        "no credits until 2027-04-01",
        "a right to terminate",
        "1 open ticket is older than the limit",
    ],
)
def test_the_evaluator_s_words_are_said_in_chinese(text):
    said = evaluator_words(text, CHINESE)
    assert HAN.search(said)
    left = re.sub(r"EUR", "", said)
    assert not re.search(r"[a-z]{2}", left), said
    assert evaluator_words(text, ENGLISH) == text.replace("_", ",")


def test_what_nobody_knows_stands_as_it_is():
    assert evaluator_words("excluded: <b>", CHINESE) == "已剔除：<b>"
    assert evaluator_words("whatever", CHINESE) == "whatever"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2027-Q1", "`2027-Q1` is a quarter, and this is a report of every month"),
        ("2027-13", "`2027-13` is no period, and this is a report of every month"),
        ("2026-12", "no agreement of the report is in force in 2026-12"),
        ("2027-05", "2027-05 begins only after what is known"),
        ("0001-01", "there is no month `0001-01`"),
    ],
)
def test_a_period_that_is_none_is_refused(acme, period, words):
    with pytest.raises(ReportError, match=re.escape(words)) as refused:
        slm.report(*acme, "monthly", period=period)
    assert refused.value.help


@pytest.mark.parametrize(
    ("unit", "period", "first", "last"),
    [
        ("year", "2027", "2027-01-01", "2027-12-31"),
        ("quarter", "2027-Q1", "2027-01-01", "2027-03-31"),
        ("week", "2027-W10", "2027-03-08", "2027-03-14"),
        ("day", "2027-03-31", "2027-03-31", "2027-03-31"),
    ],
)
def test_a_report_has_its_own_periods(acme, unit, period, first, last):
    spec, log = acme
    facts = slm.report(whole(spec, every=unit), log, "monthly", period=period).facts
    stretch = facts.span.stretches["acme_gold"]
    assert (str(stretch.first), str(stretch.last), facts.span.label) == (first, last, period)


def test_without_a_period_it_is_the_last_one_that_is_over(acme):
    spec, log = acme
    as_of = datetime(2027, 3, 15, tzinfo=UTC)
    assert slm.report(spec, log, "monthly", as_of=as_of).facts.span.label == "2027-02"
    assert slm.report(spec, log, "monthly").facts.span.label == PERIOD


def test_no_report_of_nothing(acme):
    spec, _ = acme
    with pytest.raises(ReportError, match="the log holds nothing"):
        slm.report(spec, slm.EventLog.from_frames(), "monthly")
    known_of_nothing = replace(slm.EventLog.from_frames(), intakes=acme[1].intakes)  # all rows were refused
    with pytest.raises(ReportError, match="holds no fact that could be reported on"):
        slm.report(spec, known_of_nothing, "monthly")
    with pytest.raises(KeyError, match="no report is called `montly`; did you mean `monthly`"):
        slm.report(*acme, "montly")


def test_hostile_words_stay_text(acme):
    spec, _ = acme
    bad = '<script>alert(1)</script>"}}{{7*7}}'
    tickets = {
        "ticket": [bad],
        "kind": ["incident"],
        "service": ["email"],
        "priority": ["P1"],
        "opened": [datetime(2027, 3, 2, 9, tzinfo=UTC)],
        "site": [bad],
    }
    as_of = datetime(2027, 4, 1, tzinfo=UTC)
    log = slm.EventLog.from_frames(tickets=tickets)
    report = slm.report(spec, log, "monthly", period=PERIOD, as_of=as_of)
    assert {row["ticket"].text for row in rows(report.documents[0], "breaches.acme_gold")} == {bad}
    page = report.to_html()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_report_from_the_command_line(tmp_path, capsys):
    starter, out = str(shipped("models") / "starter"), tmp_path / "march.json"
    assert run(["report", starter, "monthly", "--period", PERIOD, "--out", str(out), "--lang", "zh"]) == 0
    assert f"wrote {out}" in capsys.readouterr().out
    (document,) = json.loads(out.read_text(encoding="utf-8"))["documents"]
    assert document["language"] == "zh"
    assert run(["report", starter, "monthly", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"][0]["facts"]["period"] == PERIOD
    assert run(["report", starter, "monthly", "--as-of", "2027-03-20"]) == 0
    assert "As known on 2027-03-20 00:00." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["nothing"], "no report is called `nothing`"),
        (["monthly", "--period", "2027"], "`2027` is a year"),
        (["monthly", "--out", "report.doc"], "its ending names no format"),
        (["monthly", "--template", "mine.j2"], "a template is for a page"),
    ],
)
def test_a_wrong_call_is_told(more, words, capsys):
    assert run(["report", str(shipped("models") / "starter"), *more]) == 2
    assert words in capsys.readouterr().err


@pytest.fixture(scope="module")
def steady(march):
    return {each.line.name: each for each in steadiness(march.facts)}


def reply(each, *, before, now, **changes):
    """Return a line of which some of so many were in time in the period before, and in this one."""
    rows = [
        replace(row, met=met, n=n, value=met / n, verdict=Word.MET if met / n >= 0.9 else Word.MISSED)
        for row, (met, n) in ((each.line.before, before), (each.line.row, now))
    ]
    line = replace(each.line, before=rows[0], row=rows[1], ended=(rows[1],), past=tuple(rows))
    return replace(each, line=line, **changes)


def test_a_change_is_judged_by_the_two_figures_that_it_shows(steady):
    own = replace(steady["response_p3"], chart=None, signals=())
    large = reply(own, before=(4_652, 7_020), now=(5_693, 7_020))
    still = reply(own, before=(5_734, 7_020), now=(5_723, 7_020))
    assert change_words(large, ENGLISH) == (
        "response_p3 went from 66.27 % to 81.10 %: better, by more than chance explains."
    )
    assert "81.68 % to 81.52 %: worse, but within chance." in change_words(still, ENGLISH)
    assert "变好，超出偶然波动。" in change_words(large, CHINESE)
    assert "保持 81.68%" in change_words(reply(own, before=(5_734, 7_020), now=(5_734, 7_020)), CHINESE)


def test_weeks_that_differ_by_more_than_a_coin_make_a_change_less_sure(steady):
    own = steady["response_p3"]
    figures = {"before": (700, 1_000), "now": (760, 1_000)}
    coin, wide = (
        replace(own, chart=replace(own.chart, kind="p_prime", spread=spread)) for spread in (1.0, 4.0)
    )
    assert weight_of(reply(coin, **figures)) == "more"
    assert weight_of(reply(wide, **figures)) == "chance"
    assert "varies 4.0 times as much as single tickets" in change_words(reply(wide, **figures), ENGLISH)
    assert "随机波动的 4.0 倍" in change_words(reply(wide, **figures), CHINESE)


@pytest.mark.parametrize(("later", "weight"), [(9.0, "more"), (1.2, "chance")])
def test_a_mean_is_judged_by_the_weeks_of_both_periods(steady, later, weight):
    own = next(each for each in steady.values() if isinstance(each.line.target.form, Statistic))
    week = 7 * 86_400_000_000
    weeks = tuple(
        replace(own.line.row, from_us=place * week, to_us=(place + 1) * week, value=base + 0.1 * (place % 2))
        for place, base in enumerate([1.1] * 4 + [later] * 4)
    )
    before = replace(own.line.row, from_us=0, to_us=4 * week, value=1.15)
    now = replace(own.line.row, from_us=4 * week, to_us=8 * week, value=later)
    each = replace(own, weeks=weeks, line=replace(own.line, before=before, row=now))
    assert weight_of(each) == weight
    assert weight_of(replace(each, weeks=weeks[:6])) == "unknown"


def test_signals_of_the_chart_stand_in_a_sentence_of_their_own(steady):
    own = steady["response_p3"]
    rows = tuple(replace(row, period=f"2027-W{place:02}") for place, row in enumerate(own.rows, 1))
    points = (replace(own.chart.points[0], value=own.chart.centre - 0.1), *own.chart.points[1:])
    told = replace(own, rows=rows, chart=replace(own.chart, points=points), signals=(0,), is_weekly=True)
    both = replace(points[0], value=points[0].value - 0.1)
    many = replace(told, chart=replace(told.chart, points=(points[0], both, *points[2:])), signals=(0, 1))
    assert "for the worse in weeks 1 and 2 of 2027." in change_words(many, ENGLISH)
    assert "Its weekly chart has signals: for the worse in week 1 of 2027." in change_words(told, ENGLISH)
    assert "其周控制图出现信号：2027 年第 1 周趋差。" in change_words(told, CHINESE)


def test_a_steady_process_that_misses_cannot_reach_its_promise(steady):
    own = steady["response_p3"]
    quiet = (ControlPoint(value=0.7, low=0.6, high=0.8),) * 12
    poor = replace(own, chart=replace(own.chart, centre=0.7, points=quiet))
    assert own.line.row.threshold == 0.9
    assert out_of_reach(poor) == 0.8
    near = tuple(replace(point, high=0.95) for point in quiet)
    assert out_of_reach(replace(poor, chart=replace(poor.chart, points=near))) is None
    assert (
        out_of_reach(replace(poor, chart=replace(poor.chart, points=quiet[1:]))) is None
    )  # too few to say so
    broken = (replace(quiet[0], rules=(1,)), *quiet[1:])
    assert out_of_reach(replace(poor, chart=replace(poor.chart, points=broken))) is None


def test_the_summary_tells_chronic_misses_and_waits(march):
    english, chinese = (rendered([each], ".md").decode() for each in march.documents)
    assert "late: 2 of 6 tickets. It was missed in 3 periods in a row." in english
    assert "late: 1 of 4 waits." in english
    assert "已连续 3 期未达标。" in chinese
    assert "4 次等待中有 1 项超时" in chinese
    (kept, missed) = march.documents[0].sections[0].blocks[0].figures[:2]
    assert kept.cell.text.startswith(f"{kept.cell.value} of ")
    assert (kept.cell.tone, missed.cell.tone) == ("plain", "bad")


def test_a_part_is_named_only_where_it_is_shown(acme):
    spec, log = acme
    report = replace(spec.contract.reports["monthly"], shows=("summary",))
    alone = replace(spec, contract=replace(spec.contract, reports={"monthly": report}))
    found = slm.report(alone, log, "monthly", period=PERIOD)
    assert "see below" not in rendered(found.documents[:1], ".md").decode()
    assert "The trend" not in rendered(found.documents[:1], ".md").decode()


def test_what_is_not_agreed_is_a_chapter_only_where_the_text_asks_for_it(acme):
    spec, log = acme
    bare = replace(spec, contract=replace(spec.contract, risks={}, contingencies={}, improvements={}))
    keys = {each.key for each in slm.report(bare, log, "monthly", period=PERIOD).documents[0].sections}
    assert not keys & {"risks", "improvements"}
    report = replace(spec.contract.reports["monthly"], shows=("risks",))
    asked = replace(bare, contract=replace(bare.contract, reports={"monthly": report}))
    (section,) = slm.report(asked, log, "monthly", period=PERIOD).documents[0].sections
    assert section.blocks[0].text == "No risk and no contingency is declared."


def test_the_provider_s_costs_and_reasons_are_not_the_customer_s(acme):
    spec, log = acme
    risks = {
        name: replace(each, treatment=None, accepted="cheaper than a second line")
        for name, each in spec.contract.risks.items()
    }
    improvements = {
        name: replace(each, cost=Money(currency="EUR", minor=1_234_567))
        for name, each in spec.contract.improvements.items()
    }
    assert risks
    assert improvements
    told = replace(spec, contract=replace(spec.contract, risks=risks, improvements=improvements))
    for document in slm.report(told, log, "monthly", period=PERIOD).documents:
        said = rendered([document], ".md").decode() + rendered([document], ".json").decode()
        assert "12,345.67" not in said
        assert "second line" not in said


def test_verdicts_that_rest_on_missing_facts_are_said_to(march):
    facts = march.facts
    first = next(line for line in facts.lines if line.word is Word.MET and not line.is_several)
    noted = replace(first, row=replace(first.row, note="no facts about directory"))
    found = replace(facts, lines=(noted,))
    english, chinese = (
        str(summary_section(found, steadiness(found), say).blocks) for say in (ENGLISH, CHINESE)
    )
    assert "Judged only as far as is known" in english
    assert f"{first.name}: no facts about directory." in english
    assert "没有 directory 的数据" in chinese


def test_a_quarter_is_named_in_the_report_of_a_month(march):
    facts = march.facts
    quarter = next(line for line in facts.lines if line.row.period == "2027-Q1")
    missed = replace(quarter, row=replace(quarter.row, verdict=Word.MISSED))
    found = replace(facts, lines=(missed,))
    assert f"{quarter.name} (2027-Q1) was missed" in str(
        summary_section(found, steadiness(found), ENGLISH).blocks
    )


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("response_p3", "without an answer: 1,374", "未见答复：1,374 张"),
        ("resolution_p3", "without a resolution: 1,374", "未见解决：1,374 张"),
        ("reopened", "without a resolution: 1,374", "未见解决：1,374 张"),
        ("updates", "1,374 without the needed event", "1,374"),
    ],
)
def test_what_a_ticket_lacks_is_named(march, name, english, chinese):
    facts = march.facts
    line = next(each for each in facts.lines if each.name == name)
    found = replace(facts, lines=(replace(line, row=replace(line.row, unresolved=1_374)),))
    assert english in str(targets_section(found, ENGLISH))
    assert chinese in str(targets_section(found, CHINESE))


def test_stretches_between_updates_are_called_so(march):
    facts = march.facts
    line = next(each for each in facts.lines if each.name == "updates")
    target = replace(line.target, form=replace(line.target.form, measure="updates"))
    found = replace(facts, lines=(replace(line, target=target),))
    english, chinese = (str(summary_section(found, steadiness(found), say)) for say in (ENGLISH, CHINESE))
    assert "late: 1 of 4 stretches between updates." in english
    assert "4 段更新间隔中有 1 项超时" in chinese
