"""Improvements simulated: what they gain in pairs, in which order they stand, and why some are not simulated."""

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.base.units import Money
from slmdsl.cli.app import run
from slmdsl.contract import modelled
from slmdsl.evaluate.from_log import evaluate
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Picture, Table
from slmdsl.report.gap_document import brief, gap_document
from slmdsl.report.gap_improvements import (
    improvement_section,
    improvement_sentences,
    money_words,
    reason_words,
)
from slmdsl.report.gap_sections import leading
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.stats.intervals import Interval
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.gaps.finding import gaps_of
from slmdsl.study.gaps.improving import Gain, Prediction, predictions_of
from slmdsl.study.running.study import studied
from tests.negotiations import DESK
from tests.studies import contract_of

pytestmark = pytest.mark.compiled

REGISTER = """
improvement second_pair "A second pair of hands" {
  closes  gold.fix, gold.place
  cost    EUR 2_000
  expects today with set desk.day agents 2
}
improvement no_effect {
  closes  gold.fix
  expects today
}
improvement dream {
  closes gold.fix
}
improvement elsewhere {
  closes  gold.place
  expects today with set desk.day agents 2
}
improvement flood {
  closes  gold.fix
  expects today with step incidents.desk { works exponential(mean 15 h) }
}
improvement old {
  closes  gold.fix
  due     2027-02-01
  expects today with set desk.day agents 2
  status  done
}
improvement gone {
  closes  gold.fix
  expects today with set desk.day agents 2
  status  dropped
}
"""
WISHES = Wishes(horizon=(date(2027, 1, 1), date(2027, 3, 31)), replications=6, seed=3)


@cache
def found():
    return {
        each.improvement.name: each for each in predictions_of(contract_of(DESK + REGISTER), wishes=WISHES)
    }


def test_a_gain_is_that_of_a_study_in_pairs():
    text = DESK + REGISTER + "scenario doubled from today {\n  set desk.day agents 2\n}\n"
    text += "experiment pair {\n  scenarios today, doubled\n  horizon 2027-01-01 .. 2027-03-31, warm up 1 week\n}\n"
    contract = contract_of(text)
    differences = studied(contract, setting_of(contract, "pair", WISHES)).differences
    mine = found()["second_pair"]
    assert [each.target for each in mine.gains] == ["gold.fix"]
    for figure in ("chance", "attained"):
        row = differences.filter(target="gold.fix", figure=figure).to_dicts()[0]
        told = getattr(mine.gains[0], figure)
        assert (told.value, told.low, told.high) == (row["difference"], row["low"], row["high"])
    cost = differences.filter(figure="cost").to_dicts()[0]
    assert mine.running_minor.value == pytest.approx(cost["difference"])
    assert mine.points > 20
    assert mine.gains[0].after - mine.gains[0].before == pytest.approx(mine.gains[0].chance.value)
    assert mine.credits_minor.value < 0
    assert mine.replications == 6


def test_the_first_year_is_cost_and_running_less_credits():
    mine = found()["second_pair"]
    monthly = mine.running_minor.value + mine.credits_minor.value
    assert mine.first_year_minor == pytest.approx(200_000 + 12 * monthly)
    per_thousand = mine.points / (mine.first_year_minor / 100) * 1_000
    assert mine.points_per_thousand == pytest.approx(per_thousand)


def test_what_is_not_simulated_says_why():
    assert {name: each.obstacle for name, each in found().items() if each.obstacle} == {
        "dream": "no_effect",
        "elsewhere": "not_modelled",
        "flood": "overloaded",
        "old": "done",
        "gone": "dropped",
    }
    assert found()["elsewhere"].not_modelled == (("gold.place", "simulated tickets have no `site`"),)
    assert found()["second_pair"].not_modelled == found()["elsewhere"].not_modelled
    assert found()["flood"].words == "desk"


def test_what_changes_nothing_gains_nothing():
    gain = found()["no_effect"].gains[0]
    assert (gain.chance.value, gain.attained.value) == (0, 0)


def test_the_best_for_its_cost_comes_first():
    assert list(found())[:2] == ["second_pair", "no_effect"]
    assert set(list(found())[2:]) == {"dream", "elsewhere", "flood", "old", "gone"}


def test_without_a_horizon_nothing_is_simulated():
    contract = contract_of(DESK + REGISTER)
    bare = replace(contract, experiments={})
    mine = predictions_of(bare, improvements=["second_pair"])[0]
    assert mine.obstacle == "setting"
    assert "horizon" in mine.words


def test_what_is_stopped_says_so_and_stops_what_would_follow():
    register = REGISTER.replace("expects today with set desk.day agents 2\n}", "expects twice\n}", 1)

    def stop(words, share):
        raise KeyboardInterrupt

    told = {
        each.improvement.name: each
        for each in predictions_of(
            contract_of(DESK + register),
            improvements=["no_effect", "second_pair"],
            wishes=WISHES,
            progress=stop,
        )
    }
    assert {each.is_interrupted for each in told.values()} == {True}
    assert told["second_pair"].obstacle == "stopped"


def prediction(points, cost=None, running=0.0, name="x"):
    """Return a prediction by hand: points of chance, cost once and running a month in minor units."""
    entry = replace(found()["second_pair"].improvement, name=name)
    entry = replace(entry, cost=None if cost is None else Money(currency="EUR", minor=cost))
    interval = Interval(value=points / 100, low=points / 100 - 0.05, high=points / 100 + 0.05)
    running_minor = Interval(value=running, low=running, high=running)
    return Prediction(
        improvement=entry,
        gains=(
            Gain(
                target="gold.fix",
                chance=interval,
                attained=None,
                is_share=True,
                less_is_better=False,
                before=0.58,
                after=0.58 + points / 100,
            ),
        ),
        running_minor=running_minor if cost is not None else None,
        currency="EUR" if cost is not None else None,
        replications=20,
    )


def said(*predictions):
    return " ".join(improvement_sentences(predictions, ENGLISH))


def test_the_answer_says_cost_or_that_it_pays_for_itself_or_that_none_is_known():
    assert "for EUR 1,000 in its first year, 10 points for each EUR 1,000." in said(prediction(10, 100_000))
    assert "saves more than it costs" in said(prediction(10, 100_000, running=-9_000))
    assert "what it costs is not said" in said(prediction(10))
    assert "none gains anything" in said(prediction(0, 100_000))
    assert "may still be luck" in said(prediction(3, 100_000))
    assert "Nothing in chance is gained by y." in said(prediction(10, 1), prediction(0, 1, name="y"))
    assert money_words(123_456, "JPY") == "JPY 123,456"
    assert money_words(-528_300, "EUR") == "EUR -5,283"


def test_the_answer_says_from_where_to_where_and_which_cannot_be_told_apart():
    told = said(prediction(20, 100_000))
    assert "takes the chance of keeping gold.fix from 58.0 % to 78.0 % (+20.0 points, +15.0 to +25.0)" in told
    alike = said(prediction(20, 100_000), prediction(18, 100_000, name="y"), prediction(9, 100_000, name="z"))
    assert "x and y gain about the same for each EUR 1,000" in alike
    assert "y takes the chance of keeping gold.fix from 58.0 % to 76.0 %" in alike
    assert "gains most" not in alike
    assert "z" not in alike.replace("gold.fix", "")
    left = replace(
        prediction(20, 100_000), not_modelled=(("gold.place", "simulated tickets have no `site`"),)
    )
    assert said(left).endswith(
        "x closes gold.place, of which nothing is simulated: simulated tickets have no `site`."
    )


@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_section_has_every_improvement(say):
    section = improvement_section(tuple(found().values()), say)
    table = section.blocks[0]
    assert [row[0].text for row in table.rows] == list(found())
    assert table.rows[0][3].value == found()["second_pair"].points
    assert len(section.sections[0].blocks[0].items) == 6  # five obstacles, and one target of `second_pair`
    wanted = {"en": "simulated tickets have no `site`.", "zh": "模拟的工单没有 `site`。"}
    assert wanted[say.code] in section.sections[0].blocks[0].items[0]
    assert improvement_section((), say).blocks != improvement_section(None, say).blocks


SLOW = """
import "whatif.slm"

scenario slow_apps from today {
  step incidents.apps {
    works lognormal(median 8 h, p90 20 h)
  }
  set apps.day agents 40
}
"""


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """The worked company in a quarter in which application support takes ten times as long."""
    folder = tmp_path_factory.mktemp("slow")
    for each in (shipped("models") / "acme").glob("*.slm"):
        (folder / each.name).write_text(each.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "slow.slm").write_text(SLOW, encoding="utf-8")
    spec = slm.load(folder)
    study = slm.simulate(
        spec, "slow_apps", replications=1, horizon=(date(2027, 2, 1), date(2027, 3, 31)), seed=5, workers=1
    )
    return spec, study.log("slow_apps")


def test_a_slow_group_of_the_worked_company_is_found(slow):
    spec, log = slow
    found_in = gaps_of(spec.contract, log, slm.evaluate(spec, log, sla="acme_gold"))
    assert found_in.tells == "pick-ups"
    by_group = {each.value: each for each in found_in.by("group")}
    assert by_group["apps"].is_striking
    assert by_group["apps"].lift > 2
    assert leading(found_in)[0].excess > 0


@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_document_renders_and_every_picture_has_words(slow, say):
    spec, log = slow
    analysis = slm.gaps(spec, log, sla="acme_gold", simulate=False)
    document = gap_document(analysis, say)
    pictures = [each for each in document.blocks() if isinstance(each, Picture)]
    assert len(pictures) == 4
    assert all(len(each.alt) > 20 for each in pictures)
    keys = [each.key for each in document.blocks() if isinstance(each, Picture | Table)]
    assert len(set(keys)) == len(keys)
    assert b"acme_gold.p1_fix" in rendered([document], ".md")
    assert not [each for each in brief(document).blocks() if isinstance(each, Picture)]


def test_time_is_that_of_the_simulators_own_record(slow):
    """What the log tells of misses is what spells and phases of the same replication tell, where both can know it."""
    spec, _ = slow
    study = slm.simulate(
        spec, "slow_apps", replications=1, horizon=(date(2027, 2, 1), date(2027, 3, 31)), seed=5, workers=1
    )
    trial = study.trials["slow_apps"]
    begin, end = trial.judge.span_us
    verdicts = evaluate(spec.contract, study.log("slow_apps"), as_of_us=end, agreements=["acme_gold"])
    found_in = gaps_of(spec.contract, study.log("slow_apps"), verdicts, from_us=begin, to_us=end)
    mine = {each.target.qualified: each for each in found_in.targets}
    compared = 0
    for name in ("acme_gold.p1_fix", "acme_gold.resolution_p3", "acme_gold.p1_answer"):
        theirs, ours = study.tallies["slow_apps"].missed[name], mine[name].of_missed
        assert (mine[name].judged, mine[name].missed) == (theirs.judged, theirs.missed)
        assert (ours.customer, ours.supplier, ours.resolved) == (
            theirs.customer,
            theirs.supplier,
            theirs.resolved,
        )
        with_us = theirs.waiting + theirs.working + theirs.closed
        assert ours.waiting + ours.progress + ours.closed == with_us
        compared += theirs.missed
    assert compared > 20


def test_every_count_of_misses_names_its_tickets(slow):
    spec, log = slow
    analysis = slm.gaps(spec, log, sla="acme_gold", simulate=False)
    tables = {each.key: each for each in gap_document(analysis, ENGLISH).tables()}
    for row in tables["gaps_targets"].rows:
        assert len(row[2].trace.tickets) == len(set(row[2].trace.tickets)) <= row[2].value
        assert row[2].trace.clause.startswith("agreement.slm:")
    frame = analysis.classes.filter(dimension="group", **{"class": "apps"})
    row = next(each for each in tables["gaps_by_group"].rows if each[0].value == "apps")
    assert frame["tickets"][0].to_list() == list(row[2].trace.tickets)
    assert analysis.targets["missed"].sum() == analysis.gaps.missed
    assert analysis.recurring.is_empty()
    assert analysis.improvements.is_empty()
    assert analysis.tests.is_empty()


def test_every_reason_why_nothing_is_simulated_has_a_phrase():
    """The words are those of `slmdsl.contract.modelled`, which English says again as they are."""
    told = (Path(modelled.__file__).read_text(encoding="utf-8")).split("def _reason")[1]
    plain = re.findall(r'return "([^"]+)" |return "([^"]+)"$|else "([^"]+)"$', told, re.MULTILINE)
    reasons = [each for found in plain for each in found if each]
    assert len(reasons) >= 5
    for reason in reasons:
        assert reason_words(reason, ENGLISH) == reason
        assert reason_words(reason, CHINESE) != reason


@pytest.fixture
def gaps(capsys):
    """Run `slm gaps` on the starter; what it says, on standard error if the code is 2."""

    def saying(*arguments, code=0):
        assert run(["gaps", str(shipped("models") / "starter"), *map(str, arguments)]) == code
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return told.err if code == 2 else told.out

    return saying


def test_the_command_answers_first_and_writes_a_file(gaps, tmp_path):
    told = gaps("--no-simulate", "--out", tmp_path / "gaps.md", "--out", tmp_path / "gaps.json")
    assert told.index("2 of 9 judgements are misses") < told.index("Misses by target")
    assert "2 of 9 judgements" in (tmp_path / "gaps.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "gaps.json").read_text(encoding="utf-8"))


def test_the_command_answers_programs(gaps):
    told = json.loads(gaps("--json", "--replications", 2))
    assert (told["judged"], told["missed"]) == (9, 2)
    assert told["targets"][1]["tickets"]
    assert told["improvements"][0]["improvement"] == "third_agent"
    assert told["improvements"][0]["chance"] is not None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sla", "shopit"], "no agreement is called `shopit`"),
        (["--cause", "moon"], "no field is called `moon`"),
        (["--period", "2027-Q9"], "2027-Q9"),
        (["--period", "1999"], "no agreement of the report is in force in 1999"),
        (["--weeks", "0"], "compares nothing"),
        (["--replications", "1"], "cannot be compared"),
        (["--workers", "0"], "would simulate nothing"),
        (["--out", "gaps.doc"], "its ending names no format"),
    ],
)
def test_the_command_refuses_what_cannot_be(gaps, arguments, words):
    assert words in gaps(*arguments, code=2)


def test_a_period_has_its_own_misses(gaps):
    told = json.loads(gaps("--json", "--no-simulate", "--period", "2027-03"))
    assert told["period"] == "2027-03"
    assert told["improvements"] is None
