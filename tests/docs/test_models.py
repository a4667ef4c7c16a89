"""The reference models: all check clean, are laid out, say what the packages behind them say, and their README runs."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from holidays import country_holidays

import slmdsl
from slmdsl.base.shipped import shipped
from slmdsl.syntax.format import format_text
from tests.docs import acme_records
from tests.docs.markdown import fences, settle
from tests.docs.test_readme import console, run

MODELS = shipped("models")
README = MODELS / "README.md"
FOLDERS = ("acme", "calendars", "cloud", "outsourcing", "risks", "starter", "templates")
DEMOS = ("service_desk.slm", "websites.slm")
FILES = sorted(MODELS.rglob("*.slm"))
AT_MOST = 200 * 1024
FENCES = fences(README.read_text(encoding="utf-8"))


def told(found):
    return [f"{each.code} {each.message}" for each in found]


def titles(path):
    return path.relative_to(MODELS).as_posix()


def test_all_folders_are_known_to_this_test():
    folders = {path.name for path in MODELS.iterdir() if path.is_dir()}
    assert folders == {*FOLDERS, "demo"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_checks_without_a_finding(folder):
    _, found = slmdsl.check(MODELS / folder)
    assert told(found) == []


@pytest.mark.parametrize("name", DEMOS)
def test_the_demo_has_no_error_and_warns_only_of_what_nobody_backs(name):
    _, found = slmdsl.check(MODELS / "demo" / name)
    assert {each.code for each in found} <= {"SLM411"}


@pytest.mark.parametrize("path", FILES, ids=titles)
def test_a_file_is_laid_out(path):
    text = path.read_text(encoding="utf-8")
    assert format_text(text, path.name) == text


def terms():
    return sorted(path for path in (MODELS / "cloud").glob("*.slm") if path.name != "parties.slm")


def test_the_terms_of_at_least_four_providers_are_there():
    spec = slmdsl.load(MODELS / "cloud")
    assert len({agreement.promiser for agreement in spec.contract.agreements.values()}) >= 4


@pytest.mark.parametrize("path", terms(), ids=titles)
def test_the_terms_of_a_provider_fit_on_a_page(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 40
    assert re.search(r"^# Source: ", text, re.MULTILINE)
    assert re.search(r"as of", text)
    assert text.count("\n  example ") >= 3
    assert "\n  exclude outages " in text
    assert "maintenance" in text.lower()
    _, found = slmdsl.check(path)
    assert told(found) == []


@pytest.fixture(scope="module")
def calendars():
    return slmdsl.load(MODELS / "calendars").calendars


def test_the_moved_working_days_of_china_are_those_that_were_published():
    text = (MODELS / "calendars" / "cn.slm").read_text(encoding="utf-8")
    said = {date.fromisoformat(day) for day in re.findall(r"open +(\d{4}-\d\d-\d\d) ", text)}
    years = {day.year for day in said}
    assert years == {2025, 2026}
    published = country_holidays("CN", years=years).weekend_workdays
    assert said == {day for day in published if day.year in years}


def test_a_moved_working_day_is_open_and_the_new_year_is_not(calendars):
    office = calendars["cn_office"]
    day = timedelta(days=1)
    saturday = datetime(2026, 2, 13, 16, tzinfo=UTC)  # midnight in Shanghai
    assert office.elapsed(saturday, saturday + day) == timedelta(hours=8)
    assert office.elapsed(saturday + day, saturday + 10 * day) == timedelta()


def test_the_sun_is_followed_without_a_gap(calendars):
    sites = [calendars[f"sun_{site}"] for site in ("singapore", "london", "san_francisco")]
    minutes = np.timedelta64(30, "m")
    week = (
        np.datetime64("2027-01-04T01:00", "us") + np.arange(5 * 48) * minutes
    )  # Monday 01:00 to Saturday 01:00 UTC
    at = (week + (np.arange(51) * np.timedelta64(7, "D"))[:, np.newaxis]).ravel()
    open_for = [each.elapsed(at, at + minutes) for each in sites]
    assert np.array_equal(np.maximum.reduce(open_for), np.full(at.shape, minutes.astype("timedelta64[us]")))


@pytest.mark.parametrize(
    ("name", "zone", "friday", "sunday"),
    [
        ("sa_office", "Asia/Riyadh", 0, 9),
        ("ae_office", "Asia/Dubai", 4, 0),
        ("nl_office", "Europe/Amsterdam", 9, 0),
    ],
)
def test_weeks_are_what_they_are_there(calendars, name, zone, friday, sunday):
    day = datetime(2027, 1, 15, tzinfo=ZoneInfo(zone))
    hours = [
        calendars[name].elapsed(day + timedelta(days=each), day + timedelta(days=each + 1)) for each in (0, 2)
    ]
    assert hours == [timedelta(hours=friday), timedelta(hours=sunday)]


def test_the_records_of_acme_are_what_the_generator_writes():
    folder = MODELS / "acme" / "data"
    assert {path.name: acme_records.read(path) for path in folder.iterdir()} == acme_records.records()
    assert sum(path.stat().st_size for path in folder.iterdir()) < AT_MOST


@pytest.mark.parametrize(
    "source", ["desk_export", "desk_events", "probe", "checkouts", "outage_book", "survey"]
)
def test_every_row_of_acme_is_taken(source):
    spec = slmdsl.load(MODELS / "acme")
    assert slmdsl.ingest(spec, source).refused.is_empty()


def judged(folder, sources, sla=None):
    """What the records in a folder make: values by target and period, credits in cents by agreement and period."""
    spec = slmdsl.load(MODELS / folder)
    verdicts = slmdsl.evaluate(
        spec, slmdsl.ingest(spec, sources), as_of=datetime(2027, 4, 2, tzinfo=UTC), sla=sla
    )
    value = {(row["target"], row["period"]): row["value"] for row in verdicts.targets.iter_rows(named=True)}
    paid = {
        (row["sla"], row["target"], row["period"]): row["capped_minor"]
        for row in verdicts.credits.iter_rows(named=True)
        if row["currency"]
    }
    return value, paid


def test_the_outages_of_acme_make_what_the_readme_works_out():
    value, paid = judged("acme", ["outage_book", "probe"], "acme_gold")
    assert value["mail_up", "2027-01"] == pytest.approx(44_310 / 44_400, abs=1e-12)
    assert value["mail_up", "2027-02"] == pytest.approx(39_972 / 40_080, abs=1e-12)
    assert value["mail_up", "2027-03"] == 1
    assert value["till_up", "2027-01"] == 1
    assert value["till_up", "2027-02"] == pytest.approx(25_180 / 25_200, abs=1e-12)
    assert value["till_up", "2027-03"] == pytest.approx(27_885 / 27_900, abs=1e-12)
    assert paid == {("acme_gold", "mail_up", "2027-01"): 840_00, ("acme_gold", "mail_up", "2027-02"): 840_00}


def test_the_supplier_of_acme_pays_for_the_minutes_in_which_both_halls_were_down():
    value, paid = judged("acme", ["outage_book", "probe"], "hostco_base")
    assert value["up", "2027-02"] == pytest.approx(1 - 20 / 40_320, abs=1e-12)
    assert paid == {("hostco_base", "up", "2027-02"): 590_00}


@pytest.mark.parametrize(
    ("sla", "source", "period", "level", "credit"),
    [
        ("aws_ec2", "ec2_outages", "2027-01", 44_570 / 44_580, 1_000_00),
        ("aws_s3", "s3_errors", "2027-01", 1 - 24 * 0.4 / 8_928, 1_000_00),
        ("google_compute", "zone_outages", "2027-01", 44_620 / 44_640, 1_000_00),
        ("azure_vm", "azure_outages", "2027-01", 1, None),
        ("exchange", "mail_outages", "2027-01", 44_460 / 44_520, 2_500_00),
        ("github_sla", "git_outages", "2027-Q1", 129_510 / 129_600, None),
        ("atlas_sla", "atlas_outages", "2027-01", 44_335 / 44_340, 1_000_00),
    ],
)
def test_the_outages_of_the_clouds_make_what_the_readme_works_out(sla, source, period, level, credit):
    value, paid = judged("cloud", source, sla)
    assert value["up", period] == pytest.approx(level, abs=1e-12)
    assert paid == ({(sla, "up", period): credit} if credit else {})


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The models where the README has them, and their folders beside the snippets, as it tells one to copy them."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(MODELS, folder / "models")
    for each in FOLDERS:
        shutil.copytree(MODELS / each, folder / each)
    return folder


@pytest.mark.parametrize(
    "snippet", [each for each in FENCES if each.language == "slm"], ids=lambda each: each.name
)
def test_a_snippet_checks_without_a_finding(snippet, project):
    (project / snippet.name).write_text(snippet.text, encoding="utf-8")
    _, found = slmdsl.check(project / snippet.name)
    assert told(found) == []
    assert format_text(snippet.text, snippet.name) == snippet.text


def test_the_readme_says_what_the_commands_say(project):
    settle(README, {each: console(each, project) for each in FENCES if each.language == "console"})


def commands():
    return [line for each in FENCES if each.language == "sh" for line in each.text.splitlines()]


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(command, project):
    slm, *arguments = shlex.split(command)
    assert slm == "slm"
    said = run(["-m", "slmdsl", *arguments], project)
    assert "error" not in said
    assert said.strip()


def test_the_readme_names_every_folder_and_file():
    text = README.read_text(encoding="utf-8")
    missing = [
        titles(path) for path in FILES if path.parent.name in FOLDERS[:-2] and f"`{path.name}`" not in text
    ]
    assert missing == []
