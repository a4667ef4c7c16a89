"""`slm negotiate`: its table, its answer in both languages and for programs, the file it writes, what it refuses."""

import json
import re
from dataclasses import replace

import pytest

import slmdsl
from slmdsl.cli.app import INTERRUPTED, run
from slmdsl.cli.failures import UNUSABLE
from slmdsl.report.charts.words import money
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.report.offer_credits import credits_words
from slmdsl.study.negotiation import talks as core
from slmdsl.study.negotiation.opening import wanted_by
from tests.negotiations import DESK, settled, talks
from tests.studies import contract_of

pytestmark = pytest.mark.compiled

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "desk.slm").write_text(DESK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def negotiate(folder, capsys):
    """Negotiate at the command line; what it says, on standard error if the code is 2."""

    def saying(*arguments, code=0):
        assert run(["negotiate", str(folder), *map(str, arguments)]) == code
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return told.err if code == 2 else told.out

    return saying


@pytest.fixture
def known(monkeypatch):
    """Have a negotiation at hand instead of simulating it again."""
    found = {"talks": settled(), "asked": []}

    def negotiated(_contract, _agreement, setting, **options):
        found["asked"].append((setting, options))
        return found["talks"]

    monkeypatch.setattr(core, "negotiated", negotiated)
    return found


def line_of(text, first):
    return next(re.split(r"  +", line.strip()) for line in text.splitlines() if line.split()[:1] == [first])


def price():
    return money(settled().carried_by.more_minor, "EUR")


def test_the_command_and_the_function_say_the_same(folder, negotiate):
    answer = json.loads(negotiate("gold", "--json", "--no-staff"))
    found = slmdsl.negotiate(slmdsl.load(folder), "gold", staff=False)
    assert [row["target"] for row in answer["targets"]] == found.targets["target"].to_list()
    assert [row["limit"] for row in answer["targets"]] == found.targets["limit"].to_list()
    assert answer["simulated"] == found.replications
    assert answer["staffings_tried"] is None
    assert "More people were not tried." in answer["answer"]
    assert answer["counter_offer"]["edits"] == ["set gold.fix within 5 h"]
    assert answer["counter_offer"]["targets"]["gold.fix"]["chance"] > 0.9
    assert answer["more_staff"] is None


def test_the_table_says_what_holds_and_what_would(known, negotiate):
    shown = negotiate("gold")
    assert (
        "gold as asked, in the scenario today: 40 replications of 2027-01-01 .. 2027-02-28 after 7 days"
        in shown
    )
    fix, sure, quick = (line_of(shown, each) for each in ("fix", "sure", "quick"))
    assert "✗ falls short" in fix
    assert "5 h" in fix
    assert fix[-1].startswith(f"desk.day +1: {price()}")
    assert "✓ holds" in sure
    assert "✓ holds" in quick
    assert line_of(shown, "place") == ["place", "simulated tickets have no `site`"]
    assert "Other limits are judged on the same simulated logs." in " ".join(shown.split())
    assert "counter-offer" in shown
    assert known["asked"][0][1]["staff"] is True


def test_a_narrow_terminal_has_what_is_asked_above_the_figures(known, negotiate, monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    shown = negotiate("gold")
    lines = [line.split() for line in shown.splitlines() if line.split()[:1] == ["fix"]]
    assert " ".join(lines[0]).startswith("fix resolution of P1, P2 incidents within 3 h for 90% each month")
    assert "✗" in lines[1]
    assert max(map(len, shown.splitlines())) <= 90
    assert known["asked"]


def test_the_sentences_hold_the_numbers_of_the_negotiation(known, negotiate):
    answer = json.loads(negotiate("gold", "--json"))
    words = " ".join(answer["answer"])
    offer = answer["counter_offer"]
    chance = offer["targets"]["gold.fix"]
    assert "fix within 5 h instead of 3 h" in words
    assert (
        f"fix {100 * chance['chance']:.1f} % ({100 * chance['low']:.1f}–{100 * chance['high']:.1f})" in words
    )
    assert f"and of {100 * offer['agreement']['chance']:.1f} %" in words
    assert f"with 1 more in desk.day (2 instead of 1), for {price()} more" in words
    assert known["talks"].failing


def test_in_chinese_it_says_the_same_numbers(known, negotiate):
    english, chinese = (
        json.loads(negotiate("gold", "--json", "--lang", lang))["answer"] for lang in ("en", "zh")
    )
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        assert HAN.search(other)
        # "1 more" stands behind the shift in one language, before it in the other
        assert sorted(re.findall(r"\d+\.\d", one)) == sorted(re.findall(r"\d+\.\d", other))
    shown = negotiate("gold", "--lang", "zh")
    assert "✗ 不能" in shown
    assert "还价方案" in shown
    assert known["asked"]


def test_what_falls_short_is_told_from_what_is_not_shown(known, negotiate):
    talked = settled()
    shown = " ".join(negotiate("gold").split())
    assert "cannot be promised as asked with the present staff. Below 90 %: fix." in shown
    assert "Not shown" not in shown
    fix, *others = talked.asked
    unshown = replace(fix, chance=replace(fix.chance, value=0.95))
    known["talks"] = replace(talked, asked=(unshown, *others))
    shown = " ".join(negotiate("gold").split())
    assert (
        "Not shown by 40 replications, though not below either: fix (`--replications` takes more)." in shown
    )
    assert "Below 90 %" not in shown
    assert "40 次模拟未能证实、但也不低于要求：fix" in " ".join(negotiate("gold", "--lang", "zh").split())


def test_credits_are_told_a_month_as_people_are(known, negotiate):
    words = " ".join(json.loads(negotiate("gold", "--json"))["answer"])
    means = dict(settled().credits.select("who", "mean_minor").iter_rows())
    months = 59 * 12 / 365
    asked, offered, staffed = (
        money(means[who] / months, "EUR") for who in ("asked", "counter_offer", "more_staff")
    )
    whole = money(means["asked"], "EUR")
    assert f"Credits over these days come to {whole} ({asked} a month) on average as asked, and to" in words
    assert f"({offered} a month) with the counter-offer." in words
    assert f"Credits come to {asked} a month as asked, and to {staffed} a month with these people." in words
    assert "as asked: move the bands" not in words
    assert known["asked"]


@pytest.mark.parametrize(
    ("terms", "said", "chinese"),
    [
        (
            "below 80% pays 5% of fee, below 60% pays 9% of fee",
            "fix still begin below 80 %, as asked",
            "低于 80%",
        ),
        ("pays EUR 5 per miss", "fix are still paid for each miss, as asked", "逐次支付"),
        ("pays 5% of fee", "", ""),
    ],
)
def test_credits_that_an_offer_leaves_as_they_are_are_named(terms, said, chinese):
    talked = settled()
    (fix,) = talked.failing
    plan = (
        contract_of(DESK.replace("fix below 90% pays 10% of fee", f"fix {terms}")).agreements["gold"].credits
    )
    offer = replace(talked.counter_offer, levels={"gold.fix": fix.level})
    moved = replace(talked, agreement=replace(talked.agreement, credits=plan), counter_offer=offer)
    english = list(credits_words(moved, ENGLISH))
    assert len(english) == (2 if said else 1)
    assert said in english[-1]
    assert chinese in list(credits_words(moved, CHINESE))[-1]
    nearer = replace(offer, levels={"gold.fix": fix.limit})
    assert len(list(credits_words(replace(moved, counter_offer=nearer), ENGLISH))) == 1


def test_the_experiment_that_wants_the_chance_is_named(known, negotiate):
    assert "wants it" not in negotiate("gold")
    search = (
        "experiment cheap {\n  scenarios today\n  vary desk.day agents 1 .. 2\n"
        "  find cheapest where chance of gold >= 90%\n  horizon 2027-01-01 .. 2027-02-28\n}\n"
    )
    contract = contract_of(DESK + search)
    assert wanted_by(contract, "gold", 0.95) is None
    talked = settled()
    plan = replace(talked.base.trial.plan, what_if=replace(talked.base.trial.plan.what_if, contract=contract))
    trial = replace(talked.base.trial, plan=plan)
    known["talks"] = replace(talked, base=replace(talked.base, trial=trial))
    assert "So the experiment cheap wants it." in " ".join(negotiate("gold").split())
    assert "该概率由实验cheap提出" in "".join(negotiate("gold", "--lang", "zh").split())


def test_doubts_are_said(known, negotiate):
    talked = settled()
    offer = talked.counter_offer
    weak = replace(offer, confirmed=offer.asked, left=("gold.sure",))
    known["talks"] = replace(talked, counter_offer=weak)
    shown = " ".join(negotiate("gold").split())
    assert "For fix that is less than the wanted 90 %: promise less there" in shown
    assert "For sure nothing was found that holds with the present staff." in shown
    known["talks"] = replace(talked, counter_offer=offer, wanted=0.95)
    shown = " ".join(negotiate("gold").split())
    assert "For fix that agrees with 95 % and does not prove it." in shown


def test_where_nobody_carries_it_the_time_of_missed_tickets_is_told(known, negotiate):
    talked = settled()
    asked = tuple(replace(each, carried_by=None) for each in talked.asked)
    known["talks"] = replace(talked, asked=asked, carried_by=None, staffed_offer=None, tried=3)
    shown = " ".join(negotiate("gold").split())
    assert "None of the 3 staffings that were tried carries all that is asked." in shown
    assert (
        "The nearest is 1 more in desk.day (2 instead of 1): the lowest chance is that of fix, 100.0 %"
        in shown
    )
    chinese = "".join(negotiate("gold", "--lang", "zh").split())
    assert "最接近的是在desk.day增加1人（由1人到2人）：其中fix的概率最低，为100.0%" in chinese
    assert re.search(
        r"\d+ % of the time of tickets that miss fix passes while nobody is on duty: more people in", shown
    )
    known["talks"] = replace(known["talks"], tried=0)
    assert "No group of this scenario has shifts that more people could join." in negotiate("gold")
    unpriced = replace(talked.carried_by, more_minor=None, currency=None)
    known["talks"] = replace(talked, carried_by=unpriced)
    assert "what they cost is not said in the text" in " ".join(negotiate("gold").split())


def test_where_all_holds_it_says_how_much_tighter_one_could_go(known, negotiate):
    easy = talks(DESK.replace("within 3 h for 90%", "within 5 h for 50%"))
    known["talks"] = easy
    shown = " ".join(negotiate("gold").split())
    assert "All that is asked holds: each target is kept with a chance of at least 90 % a period." in shown
    assert re.search(r"Tighter would hold as well, each alone: fix within .* instead of 5 h", shown)
    assert "Counter-offer" not in shown
    loose = tuple(replace(each, limit=None, level=None) for each in easy.asked)
    known["talks"] = replace(easy, asked=loose)
    assert "Nothing tighter that holds was found." in negotiate("gold")
    none = tuple(replace(each, chance=None, reason="x") for each in easy.asked)
    known["talks"] = replace(easy, asked=none)
    assert "nothing can be said of it" in " ".join(negotiate("gold").split())


def test_what_was_never_missed_is_no_tighter_promise(known, negotiate):
    easy = talks(DESK.replace("within 3 h for 90%", "within 300 h for 50%"))
    known["talks"] = easy
    shown = " ".join(negotiate("gold").split())
    assert "never missed in" in shown
    assert "fix for 100 %" not in shown
    assert "模拟中从未违反" in negotiate("gold", "--lang", "zh")
    assert re.search(r"each alone: fix within .* instead of 300 h", shown)


def test_what_is_known_is_printed_when_it_is_interrupted(known, negotiate):
    known["talks"] = replace(
        settled(), interrupted=True, counter_offer=None, staffed_offer=None, carried_by=None
    )
    shown = negotiate("gold", code=INTERRUPTED)
    assert "Interrupted: what was not reached is missing." in shown
    assert "✗ falls short" in shown


def test_the_file_reads_and_runs(known, folder, negotiate, capsys):
    file = folder / "offer.slm"
    shown = negotiate("gold", "--seed", "7", "--write", file)
    assert f"wrote {file}\nnext: slm simulate {file} offers\n" in shown
    text = file.read_text(encoding="utf-8")
    assert f"#   slm negotiate {folder} gold --seed 7\n" in text
    assert 'import "desk.slm"' in text
    spec = slmdsl.load(folder)
    offer, staffed = spec.contract.scenarios["counter_offer"], spec.contract.scenarios["with_more_staff"]
    assert [type(each).__name__ for each in offer.edits] == ["SetLimit"]
    assert [(each.what, each.value) for each in staffed.edits] == [("desk.day", 2)]
    assert spec.contract.experiments["offers"].scenarios == ("today", "counter_offer", "with_more_staff")
    assert known["talks"].setting.seed == 7
    assert spec.contract.experiments["offers"].seed == 8
    assert "# The experiment has another seed than 7, by which the offer was chosen" in text
    assert 'scenario counter_offer "What holds with the present staff"' in text
    assert f'scenario with_more_staff "Who carries what is asked for {price()} more' in text
    assert run(["fmt", "--check", str(file)]) == 0
    assert run(["simulate", str(file), "counter_offer", "--replications", "2"]) == 0
    assert "counter_offer: 2 replications of 2027-01-01 .. 2027-02-28 after 7 days" in capsys.readouterr().out
    assert known["asked"][0][0].seed == 7


def test_what_is_not_confirmed_is_titled_so(known, folder, negotiate):
    talked = settled()
    unsure = replace(talked.counter_offer, confirmed=talked.base)
    weak = replace(talked.staffed_offer, confirmed=talked.base)
    seeded = replace(talked.setting, seed=2**32 - 1)
    known["talks"] = replace(talked, counter_offer=unsure, staffed_offer=weak, setting=seeded)
    negotiate("gold", "--write", folder / "offer.slm")
    text = (folder / "offer.slm").read_text(encoding="utf-8")
    assert 'scenario counter_offer "What may hold with the present staff"' in text
    assert 'scenario with_more_staff "Who may carry what is asked for' in text
    assert re.search(r"seed +0\n", text)


def test_no_file_is_replaced_unasked_and_no_name_taken_twice(known, folder, negotiate):
    file, second = folder / "offer.slm", folder / "second.slm"
    negotiate("gold", "--write", file)
    before = file.read_text(encoding="utf-8")
    assert "is there already" in negotiate("gold", "--write", file, code=2)
    negotiate("gold", "--write", file, "--force")
    assert file.read_text(encoding="utf-8") == before
    assert f"next: slm simulate {second} offers_2" in negotiate("gold", "--write", second)
    text = second.read_text(encoding="utf-8")
    assert "scenario counter_offer_2 " in text
    assert "scenario with_more_staff_2 " in text
    assert "experiment offers_2 " in text
    slmdsl.load(folder)
    assert known["asked"]


def test_names_of_anything_else_are_taken_too(known, folder, negotiate):
    (folder / "desk.slm").write_text(f"{DESK}\nteam counter_offer\nteam counter_offer_2\n", encoding="utf-8")
    negotiate("gold", "--write", folder / "offer.slm")
    assert "scenario counter_offer_3 " in (folder / "offer.slm").read_text(encoding="utf-8")
    assert known["asked"]


def test_a_file_that_would_have_errors_is_not_left_behind(known, folder, negotiate, capsys):
    below = folder / "offers"
    below.mkdir()
    assert "would have errors" in negotiate("gold", "--write", below / "offer.slm", code=2)
    assert run(["negotiate", str(folder), "gold", "--json", "--write", str(below / "offer.slm")]) == UNUSABLE
    assert json.loads(capsys.readouterr().out)["written"] is None
    assert list(below.iterdir()) == []
    (folder / "slm.root").touch()
    negotiate("gold", "--write", below / "offer.slm")
    assert 'import "../desk.slm"' in (below / "offer.slm").read_text(encoding="utf-8")
    assert known["asked"]


def test_nothing_is_written_where_nothing_is_offered(known, folder, negotiate):
    known["talks"] = replace(settled(), counter_offer=None, staffed_offer=None)
    assert "nothing to offer instead" in negotiate("gold", "--write", folder / "offer.slm")
    assert not (folder / "offer.slm").exists()
    answer = json.loads(negotiate("gold", "--json", "--write", folder / "offer.slm"))
    assert answer["written"] is None


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["golt"], "no agreement is called `golt`", "did you mean `gold`?"),
        (["gold", "--scenario", "twize"], "no scenario is called `twize`", "did you mean `twice`?"),
        (["gold", "--chance", "often"], "`--chance often` is no chance", "`--chance 90%`"),
        (["gold", "--chance", "100%"], "a chance of 100 % cannot be shown", "such as 90 %"),
        (["gold", "--replications", "35"], "35 replications cannot show", "say 36 or more"),
        (["gold", "--workers", "0"], "`--workers 0` would simulate nothing", "say 1 or more"),
        (["gold", "--seed", "-1"], "`--seed -1` is out of range", "from 0"),
        (["gold", "--write", "offer.txt"], "files that end in `.slm`", "`--write offer.slm`"),
        (["gold", "--write", "/offer.slm"], "outside of the project", "or a folder in it"),
        (["gold", "--write", "nowhere/offer.slm"], "there is no folder nowhere", "make it first"),
    ],
)
def test_what_cannot_be_is_refused(arguments, message, hint, negotiate):
    told = negotiate(*arguments, code=2)
    assert message in told
    assert hint in told


def test_a_folder_is_no_file(folder, negotiate):
    (folder / "dir.slm").mkdir()
    assert "is a folder" in negotiate("gold", "--write", folder / "dir.slm", code=2)


def test_an_overloaded_desk_is_refused_unless_it_is_wanted(known, folder, negotiate):
    text = DESK.replace("rate     11 per day", "rate     60 per day")
    (folder / "desk.slm").write_text(text, encoding="utf-8")
    assert "its backlog grows without end" in negotiate("gold", code=2)
    negotiate("gold", "--anyway")
    assert known["asked"]
