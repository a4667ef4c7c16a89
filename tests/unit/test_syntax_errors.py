"""Broken text: what is said, where, and how it is mended. All mistakes of a text are found in one run."""

import pytest

from slmdsl.syntax import codes, limits
from slmdsl.syntax.parse import parse

# The text, and the code and place of each diagnostic.
BROKEN = [
    ("sla x {\n  between a and b\n", ["SLM008 1:7"]),
    ("}\n", ["SLM009 1:1"]),
    ("sla x {\n  between a and b\nola y {\n  between a and b\n}\n", ["SLM008 1:7"]),
    ('sla x {\n  """never ends\n  between a and b\n}\nteam y {\n}\n', ["SLM007 2:3"]),
    ('team x "no end {\n}\n', ["SLM006 1:8"]),
    ('team x {\n\tknown as "a"\n}\n', ["SLM011 2:1"]),
    ("team x {\n  known as ‘a’\n}\n", ["SLM010 2:12"]),
    ("team x;\n", ["SLM010 1:7"]),
    ('team a\xa0"A"\n', ["SLM010 1:7"]),
    ("field a b\n", ["SLM101 1:9"]),
    ("slm 2\n", ["SLM016 1:1"]),
    ("team a\nslm 1\n", ["SLM015 2:1"]),
    ("slm one\n", ["SLM101 1:5"]),
    ("sal x {\n  between a and b\n}\n", ["SLM104 1:1"]),
    ("team {\n}\n", ["SLM102 1:5"]),
    ("team x extend y {\n}\n", ["SLM101 1:8"]),
    ("clock x\n", ["SLM115 1:8"]),
    ("import catalogue.slm\n", ["SLM101 1:8"]),
    ('import "a.slm" {\n}\n', ["SLM115 1:16"]),
    ('"""prose"""\n', ["SLM014 1:1"]),
    ('team x {\n} known as "a"\n', ["SLM013 2:3", "SLM104 2:3"]),
    ("team x\n{\n}\n", ["SLM115 2:1"]),
    ("team fee {\n}\n", ["SLM112 1:6"]),
    ('sla x {\n  between a and b\n  """late prose"""\n}\n', ["SLM014 3:3"]),
    ('team x {\n  known as "a" {\n  }\n}\n', ["SLM115 2:16"]),
    ('source x {\n  state "a" as {\n    "b" new\n}\nteam y\n', ["SLM008 1:10", "SLM103 5:1"]),
    ("clock x {\n  strats at opened\n}\n", ["SLM103 2:3"]),
    ("clock x {\n  starts opened\n}\n", ["SLM101 2:10"]),
    ("clock x {\n  starts at\n}\n", ["SLM102 2:12"]),
    ("clock x {\n  pauses wait_customer\n}\n", ["SLM101 2:10"]),
    ("clock x {\n  reopened resume\n}\n", ["SLM101 2:12"]),
    ("clock x {\n  runs on\n}\n", ["SLM102 2:10"]),
    ("clock x {\n  pauses while wait-customer\n}\n", ["SLM116 2:16"]),
    ("calendar x {\n  open mon-fri 08:00-18:00\n}\n", ["SLM116 2:8"]),
    ("calendar x {\n  open mon..fri 8-18\n}\n", ["SLM101 2:17"]),
    ("calendar x {\n  open mon..fri 08:00\n}\n", ["SLM102 2:22"]),
    ("calendar x {\n  open mon..fri 08:00-25:00\n}\n", ["SLM109 2:23"]),
    ("calendar x {\n  closed 1/2/27\n}\n", ["SLM108 2:10"]),
    ("calendar x {\n  closed 2027-02-30\n}\n", ["SLM109 2:10"]),
    ("calendar x {\n  closed every 13-40\n}\n", ["SLM109 2:16"]),
    ("calendar x {\n  closed 24.12.2027\n}\n", ["SLM108 2:10"]),
    ("calendar x {\n  closed 2027-5-7\n}\n", ["SLM108 2:10"]),
    ("calendar x {\n  holidays Netherlands\n}\n", ["SLM101 2:12"]),
    ('calendar x {\n  timezone "Europe/Amsterdam"\n}\n', ["SLM101 2:12"]),
    ("calendar x {\n  open monday 08:00-12:00\n}\n", ["SLM101 2:8"]),
    ("sla x {\n  target x: resolution of P1 incidents within 4 h for 90 % each month\n}\n", ["SLM106 2:55"]),
    ("sla x {\n  target x: resolution of P1 incidents within 4 h for 90% every month\n}\n", ["SLM107 2:59"]),
    ("sla x {\n  target x: resolution of P1 incidents within 4 for 90% each month\n}\n", ["SLM101 2:49"]),
    ("sla x {\n  target x resolution of P1 incidents within 4 h\n}\n", ["SLM101 2:12"]),
    ("sla x {\n  target x: resolution of P1 incidents within 4 h within 5 h for 90%\n}\n", ["SLM105 2:51"]),
    (
        "sla x {\n  target x: resolution of P1 incidents within 4 h for 90% each month each quarter\n}\n",
        ["SLM105 2:70"],
    ),
    ("sla x {\n  target x: resolution of P1 incidents for 90% each month\n}\n", ["SLM102 2:13"]),
    ("sla x {\n  target x: resolution of P1 incidents at most 4 h each month\n}\n", ["SLM110 2:40"]),
    ("sla x {\n  target x: availability of a within 4 h\n}\n", ["SLM110 2:31"]),
    ("sla x {\n  target x: availability of a each month\n}\n", ["SLM102 2:13"]),
    ("sla x {\n  target x: availability of a at least 4 h each month\n}\n", ["SLM110 2:31"]),
    ("sla x {\n  target x: mean resolution of incidents at most 5% each month\n}\n", ["SLM110 2:42"]),
    ("sla x {\n  target x: share of incidents at most 5 each month\n}\n", ["SLM110 2:32"]),
    ("sla x {\n  target x: longest outage of a at most 2 business days each month\n}\n", ["SLM110 2:41"]),
    (
        "sla x {\n  target x: restore of a within 4 h, data loss at most 1 business day each month\n}\n",
        ["SLM110 2:56"],
    ),
    (
        "sla x {\n  target x: availability of a by slices of 1 business day at least 99% at least 9% each month\n}\n",
        ["SLM110 2:44"],
    ),
    ("sla x {\n  target x: p99 of a.b at most 1 business day each month\n}\n", ["SLM110 2:32"]),
    ("sla x {\n  target x: share of incidents at most 5% each month, from 2027-07-01\n}\n", ["SLM102 2:55"]),
    ("sla x {\n  target x: share of incidents at most 5%, from 2027-07-01 each month\n}\n", ["SLM102 2:44"]),
    (
        "sla x {\n  target x: share of incidents at most 5%, from 2027-07-01 at least 4% each month\n}\n",
        ["SLM110 2:60"],
    ),
    ('source x {\n  read "a.csv" delimiter ";" delimiter ","\n}\n', ["SLM105 2:30"]),
    ("sla x {\n  target x: resolutoin of P1 incidents within 4 h\n}\n", ["SLM101 2:13"]),
    ("sla x {\n  target x: resolution of P1 within 4 h\n}\n", ["SLM101 2:30"]),
    ("sla x {\n  target x: resolution of P1 incidents within 3 business days 4 h\n}\n", ["SLM111 2:63"]),
    ("sla x {\n  target x: resolution of P1 incidents within 30 min 1 h\n}\n", ["SLM111 2:54"]),
    ("sla x {\n  target x: resolution of P1 incidents within 2 business weeks\n}\n", ["SLM111 2:58"]),
    ("sla x {\n  target x: resolution of P1 incidents within 4 h for 90% each mnth\n}\n", ["SLM101 2:64"]),
    (
        "sla x {\n  target x: resolution of P1 incidents within 8 h, from 2027-07-01 for 90% each month\n}\n",
        ["SLM102 2:68"],
    ),
    ("sla x {\n  target x: resolution of P1 incidents where channel within 4 h\n}\n", ["SLM101 2:54"]),
    (
        "sla x {\n  target x: resolution of P1 incidents where channel is lost within 4 h\n}\n",
        ["SLM101 2:57"],
    ),
    ("sla x {\n  target met: resolution of P1 incidents within 4 h\n}\n", ["SLM112 2:10"]),
    ("sla x {\n  target x: resolution of P1 incidents within 4 h, minimum tickets\n}\n", ["SLM101 2:60"]),
    ("sla x {\n  target x: resolution of P1 incidents within 9_999_999 days\n}\n", ["SLM109 2:47"]),
    ("sla x {\n  target x: resolution of P1 incidents within 0.0000001 s\n}\n", ["SLM109 2:47"]),
    ("sla x {\n  valid 2027-01-01 to 2027-12-31\n}\n", ["SLM107 2:20"]),
    ("sla x {\n  fee EUX 100 each month\n}\n", ["SLM113 2:7"]),
    ("sla x {\n  fee 100 EUR each month\n}\n", ["SLM101 2:7"]),
    ("sla x {\n  fee EUR 1.005 each month\n}\n", ["SLM109 2:11"]),
    ("sla x {\n  fee € 100 each month\n}\n", ["SLM010 2:7"]),
    ("sla x {\n  credit x below 99% pays 2% of fees\n}\n", ["SLM101 2:33"]),
    ("sla x {\n  credit x below 99% pay 2% of fee\n}\n", ["SLM101 2:22"]),
    ("sla x {\n  cap credits 15% each month\n}\n", ["SLM101 2:19"]),
    ("sla x {\n  example x opened 2027-03-06T22:00, resolved 2027-03-07 02:00 met\n}\n", ["SLM108 2:20"]),
    ("sla x {\n  example x opened 2027-03-06 24:00 met\n}\n", ["SLM109 2:31"]),
    ("sla x {\n  example x opened 2027-03-06 22:00\n}\n", ["SLM102 2:36"]),
    ("sla x {\n  version 2.1\n}\n", ["SLM101 2:11"]),
    ('sla x {\n  version "2\\q1"\n}\n', ["SLM114 2:11"]),
    ("sla x {\n  between a, b\n}\n", ["SLM101 2:12"]),
    ("sla x {\n  covers a b\n}\n", ["SLM101 2:12"]),
    ("sla x {\n  covers a,\n}\n", ["SLM102 2:12"]),
    ("sla x {\n  months from day first\n}\n", ["SLM101 2:19"]),
    ("sla x {\n  months from day 1.5\n}\n", ["SLM109 2:19"]),
    ('sla x {\n  exclude incidents where a = "b"\n}\n', ["SLM102 2:34"]),
    ("escalation x {\n  at 50% of resolution tell owner\n}\n", ["SLM101 2:24"]),
    ("escalation x {\n  50% of resolution notify owner\n}\n", ["SLM103 2:3"]),
    ("escalation x {\n  when incidents > 2 notify owner\n}\n", ["SLM101 2:8"]),
    ("service x {\n  needs any (a, b)\n}\n", ["SLM101 2:13"]),
    ("service x {\n  maintenance every 2nd sunday 02:00-06:00\n}\n", ["SLM101 2:21"]),
    ("service x {\n  maintenance day 32 of month 02:00-06:00\n}\n", ["SLM109 2:19"]),
    ("staff x {\n  shift early mon..fri 07:00-15:30 six agents\n}\n", ["SLM101 2:36"]),
    ("staff x {\n  absence 9\n}\n", ["SLM101 2:11"]),
    ("load x {\n  incidents\n}\n", ["SLM115 2:12"]),
    ("load x {\n  incident {\n  }\n}\n", ["SLM103 2:3"]),
    ("scenario x {\n  set desk.late agents 7.5\n}\n", ["SLM109 2:24"]),
    ("experiment x {\n  horizon 2027-01-01 .. 2027-12-31 warm up 4 weeks\n}\n", ["SLM101 2:36"]),
    ("experiment x {\n  seed 1 2\n}\n", ["SLM101 2:10"]),
    ("risk x {\n  impact outage for lognormal(mean 6 h, p95 14 h\n}\n", ["SLM102 2:49"]),
    ("risk x {\n  impact outage for lognorml(mean 6 h)\n}\n", ["SLM101 2:21"]),
    ('source x {\n  priority "P" as { "1" }\n}\n', ["SLM101 2:25"]),
    ('source x {\n  oepned "Open Time"\n}\n', ["SLM103 2:3"]),
    ("report x {\n  shows\n}\n", ["SLM102 2:8"]),
    ("improvement x {\n  status waiting\n}\n", ["SLM101 2:10"]),
    ("improvement x {\n  expects today with step incidents.desk\n}\n", ["SLM115 2:41"]),
    (
        "load x {\n  incidents {\n    rate 1 per day, varying 3%, varying 4%\n    then resolved 100%\n  }\n}\n",
        ["SLM105 3:33", "SLM103 4:5"],
    ),
    ("calendar x {\n  open mon..fri 08:00-18:00 $\n}\n", ["SLM010 2:29"]),
    ("team x & y {\n}\n", ["SLM010 1:8"]),
    ("team x 'T' {\n}\n", ["SLM010 1:8", "SLM010 1:10"]),
    ("team été-à {\n}\n", ["SLM101 1:9"]),
]


def places(text):
    return [f"{each.code} {each.span.line}:{each.span.column}" for each in parse(text, "x.slm").diagnostics]


@pytest.mark.parametrize(("text", "expected"), BROKEN, ids=[text for text, _ in BROKEN])
def test_mistake(text, expected):
    assert places(text) == expected


def test_the_corpus_is_large_and_meets_the_codes_of_statements():
    assert len(BROKEN) >= 60
    met = {place.split()[0] for _, expected in BROKEN for place in expected}
    statements = {
        value.number
        for name, value in vars(codes).items()
        if name.isupper() and value.number.startswith("SLM1")
    }
    assert statements <= met


def applied(text, fix):
    return text[: fix.span.start] + fix.replacement + text[fix.span.end :]


FIXABLE = [text for text, _ in BROKEN if any(each.fixes for each in parse(text, "x.slm").diagnostics)]


@pytest.mark.parametrize("text", FIXABLE)
def test_a_fix_mends_what_it_is_offered_for(text):
    for diagnostic in parse(text, "x.slm").diagnostics:
        for fix in diagnostic.fixes:
            mended = parse(applied(text, fix), "x.slm").diagnostics
            assert diagnostic.span.start not in {
                each.span.start for each in mended if each.code == diagnostic.code
            }


def first(text):
    return parse(text, "x.slm").diagnostics[0]


def in_block(block, line):
    return first(f"{block} x {{\n  {line}\n}}\n")


def test_what_is_expected_is_said_in_words():
    assert in_block("sla", "target x: resolution of incidents within").message == (
        "expected a duration such as `4 h` after `within`"
    )
    assert (
        in_block("clock", "reopened").message
        == "expected `counts_all`, `new_cycle` or `resumes` after `reopened`"
    )
    assert in_block("calendar", "closed soon").message == (
        "expected a date such as `2027-01-31` or `every`, not `soon`"
    )


def test_a_misspelt_word_is_recognised():
    assert in_block("clock", "strats at opened").help == ("did you mean `starts`?",)
    assert in_block("sla", "target x: resolutoin of P1 incidents within 4 h").help == (
        "did you mean `resolution`?",
    )
    assert first("calender x {\n}\n").help == ("did you mean `calendar`?",)
    assert in_block("scenario", "strke power at 2027-12-11 10:00").help == (
        "did you mean `strike` for `strke`?",
    )


def test_a_repeated_clause_points_at_the_first():
    found = in_block("sla", "target x: resolution of incidents within 4 h for 90% for 95%")
    assert found.code == "SLM105"
    assert found.secondary[0].span.column == 48


def test_an_open_block_points_at_what_follows():
    found = first("sla x {\n  between a and b\nola y {\n}\n")
    assert found.span.line == 1
    assert found.secondary[0].span.line == 3


def test_a_mistake_does_not_hide_the_next():
    text = "clock x {\n  strats at opened\n  runs on office\n  stops resolved\n}\nteam fee {\n}\n"
    assert places(text) == ["SLM103 2:3", "SLM101 4:9", "SLM112 6:6"]
    (block,) = parse(text, "x.slm").tree.declarations
    assert not block.whole
    assert len(block.body) == 1


def test_mistakes_inside_of_a_block_with_a_broken_head_are_found():
    assert places("clock 5 {\n  strats at opened\n}\n") == ["SLM101 1:7", "SLM103 2:3"]
    assert places("load l {\n  incidents five {\n    rat 5 per day\n  }\n}\n") == [
        "SLM101 2:13",
        "SLM103 3:5",
    ]


def test_unterminated_prose_ends_at_the_first_closing_brace():
    text = 'sla x {\n  """\n  Never closed.\n}\nsla y {\n  """\n  Closed.\n  """\n}\n'
    parsed = parse(text, "x.slm")
    assert [each.code for each in parsed.diagnostics] == ["SLM007"]
    assert parsed.tree.declarations[1].prose.value == "Closed."


def test_the_list_of_errors_ends():
    found = parse("clock x {\n" + "  strats at opened\n" * 1_000 + "}\n", "x.slm").diagnostics
    assert len(found) == limits.ERRORS + 1
    assert found[-1].code == "SLM012"


def test_diagnostics_come_in_the_order_of_the_text():
    found = parse('team x {\n\tknown as "a\n}\n}\nclock y\n', "x.slm").diagnostics
    assert [each.span.start for each in found] == sorted(each.span.start for each in found)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("sla x {\n  target t: resolution of incidents within 4 h for 90 % each month\n}\n", "90%"),
        ("sla x {\n  target t: resolution of incidents within 4 h for 90% every month\n}\n", "each"),
        ("calendar x {\n  open mon-fri 08:00-12:00\n}\n", "mon..fri"),
        ("calendar x {\n  closed 1/2/27\n}\n", "2027-02-01"),
        ("calendar x {\n  closed 2027/5/7\n}\n", "2027-05-07"),
        ("sla x {\n  example t opened 2027-03-06T22:00Z met\n}\n", "2027-03-06 22:00"),
        ('team x {\n\tknown as "a"\n}\n', "  "),
        ("sla x {\n  review each month\n}\n", "every"),
    ],
)
def test_usual_slips_have_a_fix(wrong, right):
    (found,) = parse(wrong, "x.slm").diagnostics
    assert found.fixes[0].replacement == right
    assert parse(applied(wrong, found.fixes[0]), "x.slm").diagnostics == ()


def test_a_slip_that_is_understood_still_gives_its_statement():
    wrong = parse(
        "sla x {\n  target t: resolution of incidents within 4 h for 90 % every month\n}\n", "x.slm"
    )
    right = parse("sla x {\n  target t: resolution of incidents within 4 h for 90% each month\n}\n", "x.slm")
    assert [each.code for each in wrong.diagnostics] == ["SLM106", "SLM107"]
    assert wrong.tree == right.tree


@pytest.mark.parametrize(
    ("statement", "message", "advice", "fixes"),
    [
        (
            "shows targets, sumary",
            "a report has no part called `sumary`",
            "did you mean `summary`?",
            ["summary"],
        ),
        ("shows weather", "a report has no part called `weather`", "it is `summary`, `targets`, ", []),
        ("language en, klingon", "a report has no language called `klingon`", "it is `en` or `zh`", []),
    ],
)
def test_a_report_knows_what_it_shows_and_in_which_languages(statement, message, advice, fixes):
    (found,) = parse(f"report r {{\n  {statement}\n}}\n", "a.slm").diagnostics
    assert (found.code, found.message) == ("SLM101", message)
    assert found.help[0].startswith(advice)
    assert [fix.replacement for fix in found.fixes] == fixes


TIMES = "only times run on a calendar"
HOURS = "the service's `hours`"
SERVICES = "maintenance is time of services"
TICKETS = "only tickets are opened and resolved"
FIELDS = "only tickets have fields"
NUMBER = "no number of things"
UNKNOWN = "may be unknown"
MISSES = "only a share of tickets in time has misses"
LESS, MORE = "say `at most`", "say `at least`"
UNFIT = {
    "resolution of incidents within 4 h for 90%": {
        "excluding maintenance": SERVICES,
        "maintenance as up": SERVICES,
        "unknown as up": UNKNOWN,
        "by minutes": "such a target says `within ...`",
        "at most 4 h": "such a target says `within ...`",
        "minimum 5 answers": "`tickets` or `incidents`",
        "minimum 5 problems": "`tickets` or `incidents`",
        "at end of quarter": "say `each quarter`",
    },
    "mean resolution of incidents": {
        "at least 4 h": LESS,
        "at most 4 h, or 1 miss under 20 tickets": MISSES,
        "at most 4 h excluding maintenance": SERVICES,
        "at most 4 h, unknown as down": UNKNOWN,
        "at most 4 h at end of month": "say `each month`",
    },
    "p95 response of incidents": {"at least 4 h": LESS},
    "share of incidents at most 5%": {
        "on office": TIMES,
        "or 1 miss under 20 tickets": MISSES,
        "maintenance as up": SERVICES,
        "unknown as up": UNKNOWN,
    },
    "count of incidents at most 5": {"on office": TIMES, "or 2 misses under 20 tickets": MISSES},
    "updates of incidents every 1 h": {"excluding maintenance": SERVICES, "unknown as up": UNKNOWN},
    "mean score of feedback at least 4": {
        "on office": TIMES,
        "counted when opened": TICKETS,
        "excluding maintenance": SERVICES,
        "unknown as up": UNKNOWN,
        "or 1 miss under 20 tickets": MISSES,
        "minimum 30 tickets": "of `answers`",
    },
    "p99 of till.wait_ms at most 8 ms": {
        "on office": TIMES,
        "counted when resolved": TICKETS,
        "per site": FIELDS,
        "maintenance as up": SERVICES,
        "unknown as up": UNKNOWN,
        "or 1 miss under 20 tickets": MISSES,
        "minimum 30 events": "of `samples`",
    },
    "availability of till": {
        "at most 99%": MORE,
        "at least 99% on office": HOURS,
        "at least 99% counted when opened": TICKETS,
        "at least 99% per site": FIELDS,
        "at least 99%, minimum 30 tickets": NUMBER,
        "by user_minutes at least 99%, minimum 30 events": NUMBER,
        "by events at least 99%, minimum 30 tickets": "of `events`",
        "at least 99%, or 1 miss under 20 tickets": MISSES,
    },
    "longest outage of till": {
        "at least 4 h": LESS,
        "at most 4 h on office": HOURS,
        "at most 4 h, minimum 3 tickets": NUMBER,
    },
    "count of outages of till": {
        "at least 4": LESS,
        "at most 4 on office": HOURS,
        "at most 4 counted when opened": TICKETS,
        "at most 4 per site": FIELDS,
        "at most 4, unknown as down": UNKNOWN,
        "at most 4, minimum 3 tickets": NUMBER,
    },
    "restore of till within 4 h": {"counted when opened": TICKETS, "or 1 miss under 20 tickets": MISSES},
}


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        (f"{form}{',' if clause.startswith('or ') else ''} {clause}", advice)
        for form, clauses in UNFIT.items()
        for clause, advice in clauses.items()
    ],
)
def test_a_clause_that_would_change_nothing_or_the_contrary_is_refused(target, advice):
    (found,) = parse(f"sla x {{\n  target x: {target}\n}}\n", "a.slm").diagnostics
    assert (found.code, found.span.line) == ("SLM110", 2)
    assert advice in " ".join(found.help)


def test_a_bound_that_is_missing_is_asked_for_on_its_side():
    (found,) = parse("sla x {\n  target x: availability of a each month\n}\n", "a.slm").diagnostics
    assert found.message == "a target of availability needs `at least ...`"
