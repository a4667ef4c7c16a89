"""The canonical layout, rule by rule. What holds for every text is in tests/property/test_format_roundtrip.py."""

from pathlib import Path
from textwrap import dedent

import pytest

from slmdsl.base.shipped import shipped
from slmdsl.syntax import limits
from slmdsl.syntax.format import format_parsed, format_text
from slmdsl.syntax.parse import parse


def laid_out(text):
    """Format `text`, and hold that a second run changes nothing and no statement was unreadable."""
    text = dedent(text)
    once = format_text(text, "a.slm")
    assert parse(text, "a.slm").diagnostics == ()
    assert format_text(once, "a.slm") == once
    return once


def assert_kept(text):
    assert laid_out(text) == dedent(text)


def test_properties_are_padded_to_the_longest_head_of_their_run():
    assert laid_out("""
        clock standard {
        starts at opened
           stops at   resolved

        reprioritised retains
        runs on office
        }
        """) == dedent("""\
        clock standard {
          starts  at opened
          stops   at resolved

          reprioritised  retains
          runs           on office
        }
        """)


def test_a_comment_line_does_not_end_a_run():
    assert_kept("""\
        clock standard {
          starts         at opened
          # what a reopening does to the priority
          reprioritised  retains
        }
        """)


def test_heads_that_read_on_as_a_sentence_are_followed_by_one_space():
    assert_kept("""\
        ola apps_to_desk {
          between  apps and desk
          supports acme_gold
          clock    standard
        }
        """)


def test_sentences_are_not_padded():
    assert laid_out("""\
        sla a {
          fee   EUR  42_000 each   month
          exclude incidents   where caused_by="customer"   because "Clause 7.3"
          cap   credits 15% of fee each month,10 points each rolling 12 months
        }
        """) == dedent("""\
        sla a {
          fee EUR 42_000 each month
          exclude incidents where caused_by = "customer" because "Clause 7.3"
          cap credits 15% of fee each month, 10 points each rolling 12 months
        }
        """)


def test_targets_credits_and_alerts_are_padded_with_their_names():
    assert_kept("""\
        sla a {
          target p1_answer: response   of P1 incidents within 15 min for 95% each month on always
          target p1_fix:    resolution of P1 incidents within 4 h for 90% each month on always
          target mail_up:   availability of email by minutes at least 99.9% each month excluding maintenance
          credit mail_up  below 99.9% pays 2% of fee, below 99.5% pays 5% of fee
          credit p1_fix   pays EUR 750 per miss
          alert mail_up  standard notify apps.lead
          alert p1       when burn > 10 over 30 min and 5 min notify "duty.manager@globex.example"
        }
        """)


def test_triggers_of_escalations_stand_in_columns():
    assert_kept("""\
        escalation ladder {
          at 50%  of response             notify owner
          at 100% of resolution           reassign to apps, notify "a@globex.example"
          30 min before due of resolution notify "b@globex.example" every 4 h up to 3 times
          when open P1 incidents > 2      declare major_incident, invoke surge
        }
        """)


def test_priorities_stand_in_cells():
    assert laid_out("""\
        priorities itil {
          urgency high medium low
          impact widespread P1 P2 P3
          impact one P2 P3 P4
        }
        """) == dedent("""\
        priorities itil {
          urgency              high  medium  low
          impact   widespread  P1    P2      P3
          impact   one         P2    P3      P4
        }
        """)


def test_shifts_and_mixes_stand_in_columns():
    assert_kept("""\
        staff desk {
          timezone Europe/Amsterdam
          shift    early  mon..fri 07:00-15:30  6 agents
          shift    sat    sat      08:30-17:00  1 agent
        }

        load autumn {
          incidents {
            rate      100 per day
            in        email 45%, till 55%
            priority          P1 1%, P2 99%
            priority in till  P1 4%, P2 96%
          }
        }
        """)


def test_width_is_what_a_terminal_shows():
    assert_kept("""\
        sla a {
          credit 服务台  pays EUR 1 per miss
          credit abcdef  pays EUR 1 per miss
        }
        """)


def test_clauses_of_targets_come_in_one_order():
    assert laid_out("""\
        sla a {
          target a: resolution of P1 incidents per site, on always each month for 90% within 4 h
          target b: availability of till unknown as down maintenance as up at least 99.9% each month by minutes
          target c: resolution of incidents for 90% each month within 8 h from 2027-07-01 within 6 h
          target d: resolution of incidents for 80% within 8 h from 2027-01-01 for 90%
          target e: restore of email each year data loss at most 15 min, within 4 h
          target f: response of incidents, minimum 30 tickets, or 1 misses under 20 tickets, for 90% within 1 h
          target g: resolution of incidents for 80% within 8 h, from 2027-07-01 for 90% within 6 h counted when opened
        }
        """) == dedent("""\
        sla a {
          target a: resolution of P1 incidents within 4 h for 90% each month on always per site
          target b: availability of till by minutes at least 99.9% each month, maintenance as up, unknown as down
          target c: resolution of incidents within 8 h, from 2027-07-01 within 6 h for 90% each month
          target d: resolution of incidents within 8 h for 80%, from 2027-01-01 for 90%
          target e: restore of email within 4 h, data loss at most 15 min each year
          target f: response   of incidents within 1 h for 90%, or 1 miss under 20 tickets, minimum 30 tickets
          target g: resolution of incidents within 8 h for 80%, from 2027-07-01 within 6 h for 90% counted when opened
        }
        """)


def test_dates_that_come_back_are_not_reordered():
    assert_kept("""\
        sla a {
          target a: resolution of incidents within 4 h for 80%, from 2028-01-01 for 95%, from 2027-01-01 for 90%,
            from 2028-01-01 within 3 h each month
        }
        """)


def test_clauses_among_comments_stay_where_they_are():
    assert_kept("""\
        sla a {
          target a: resolution of incidents for 80%,  # for now
            within 4 h
        }
        """)


def test_breaks_after_commas_stay_with_their_clauses():
    assert laid_out("""\
        sla a {
          target a: resolution of incidents for 80% within 4 h,
          on always,
          each month
        }
        """) == dedent("""\
        sla a {
          target a: resolution of incidents within 4 h for 80%,
            each month,
            on always
        }
        """)


def test_clauses_of_rates_come_in_one_order():
    assert "rate  5 per day, varying 1%, correlated 0.3, growing 6% per year as of 2026-12-31\n" in laid_out("""\
        load a {
          incidents {
            rate 5 per day, growing 6% per year as of 2026-12-31, correlated 0.3, varying 1%
          }
        }
        """)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("4 hours", "4 h"),
        ("1 hr 30 minutes", "1 h 30 min"),
        ("10 secs", "10 s"),
        ("1 days", "1 day"),
        ("2 week", "2 weeks"),
        ("1.5 day", "1.5 days"),
        ("3 business day", "3 business days"),
        ("1 business h", "1 business hour"),
        ("500 ms", "500 ms"),
    ],
)
def test_units_have_one_word(written, canonical):
    text = f"sla a {{\n  target a: resolution of incidents within {written} for 90%\n}}\n"
    assert laid_out(text) == text.replace(written, canonical)


def test_spaces_around_signs():
    assert laid_out("""\
        calendar c {
          open mon .. fri,sun 08:00 - 12:30 ,13:00-18:00
          closed 2027-08-02..2027-08-06
        }
        risk r {
          likelihood 1 per year during nov .. feb
          impact desk staff - 30% for uniform ( 2 weeks,4 weeks )
        }
        service s {
          needs any 1 of(east,west)
        }
        source s {
          state "a"+"b"
        }
        sla a {
          exclude incidents where not(age>=- 5)and(site in(a,"b")) because "x"
        }
        """) == dedent("""\
        calendar c {
          open    mon..fri, sun 08:00-12:30, 13:00-18:00
          closed  2027-08-02 .. 2027-08-06
        }
        risk r {
          likelihood  1 per year during nov..feb
          impact      desk staff -30% for uniform(2 weeks, 4 weeks)
        }
        service s {
          needs  any 1 of (east, west)
        }
        source s {
          state  "a" + "b"
        }
        sla a {
          exclude incidents where not (age >= -5) and (site in (a, "b")) because "x"
        }
        """)


def test_value_maps_stay_on_their_line_or_have_a_line_for_each_case():
    assert laid_out("""\
        source s {
          service "Service" as {"Mail" email "Tills *" till,* ignore,}
          state "State" as { "New" new,
             "Waiting for User" wait_customer   # and supplier
          # the rest
          * active }
          priority "Priority"
        }
        """) == dedent("""\
        source s {
          service   "Service" as { "Mail" email, "Tills *" till, * ignore }
          state     "State" as {
            "New"              new
            "Waiting for User" wait_customer    # and supplier
            # the rest
            *                  active
          }
          priority  "Priority"
        }
        """)


def test_a_block_on_one_line_stays_there():
    assert laid_out("""\
        improvement i {
          owner desk
          expects today with step incidents.desk {then resolved 78%,apps 22%}
        }
        customer acme {}
        """) == dedent("""\
        improvement i {
          owner    desk
          expects  today with step incidents.desk { then resolved 78%, apps 22% }
        }
        customer acme { }
        """)


def test_blank_lines_collapse_and_vanish_at_the_ends_of_blocks():
    assert laid_out("\n\nfield a\n\n\n\nfield b\ncustomer c {\n\n  users 5\n\n}\n\n\n") == (
        "field a\n\nfield b\ncustomer c {\n  users  5\n}\n"
    )


def test_comments_keep_their_column_where_there_is_room():
    assert_kept("""\
        # first
        field site        # facts
        clock c {         # why
          # own line
          starts  at opened             # aligned
          stops   at resolved           # with this
        }                 # end
        # last
        """)
    assert laid_out("field a# one\nfield a_long_name # two\nfield b       # three\n") == (
        "field a  # one\nfield a_long_name  # two\nfield b       # three\n"
    )


def test_comments_under_each_other_move_together():
    assert laid_out("""\
        clock c {
          starts at opened  # one
          stops at closed   # two
          reprioritised retains # three
        }
        """) == dedent("""\
        clock c {
          starts         at opened  # one
          stops          at closed  # two
          reprioritised  retains  # three
        }
        """)


def test_prose_is_moved_under_its_block_where_it_says_the_same():
    assert laid_out('sla a {\n"""\nOne.\n  Two.\n\nThree.   \n   """   # end\nclock c\n}\n') == (
        'sla a {\n  """\n  One.\n    Two.\n\n  Three.\n  """    # end\n  clock  c\n}\n'
    )
    assert laid_out('sla a {\n"""One\n      two."""\n}\n') == 'sla a {\n  """One\n  two."""\n}\n'


def test_line_ends_and_a_byte_order_mark_are_normalised():
    assert format_text("\ufefffield a\r\nfield  b", "a.slm") == "field a\nfield b\n"


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n"])
def test_an_empty_file_stays_empty(text):
    assert format_text(text, "a.slm") == ""


# ---- errors ---------------------------------------------------------------------------------------------------------


def test_lines_with_errors_stay_as_they_are():
    text = "clock  c {\nstarts   at opened\n   stops     att resolved # why\nruns on   office\n}\n"
    formatted = format_parsed(parse(text, "a.slm"))
    assert formatted.text == (
        "clock c {\n  starts  at opened\n   stops     att resolved # why\n  runs    on office\n}\n"
    )
    assert [each.span.line for each in formatted.diagnostics] == [3]


def test_a_block_with_a_wrong_head_stays_as_it_is():
    text = "field  a\nclok  c {\nstarts   at opened\n}\nfield  b\n"
    assert format_text(text, "a.slm") == "field a\nclok  c {\nstarts   at opened\n}\nfield b\n"


def test_an_error_on_a_shared_line_keeps_the_whole_block():
    text = "field  a\nclock   c { starts   att opened }\nfield  b\n"
    assert format_text(text, "a.slm") == "field a\nclock   c { starts   att opened }\nfield b\n"


@pytest.mark.parametrize(
    "broken",
    [
        "clock  c {\nstarts   at opened\n",
        "}\nfield   b\n",
        'sla a {\n"""\nno   end\n}\nfield   b\n',
        "customer  c { } customer   d\nfield   e\n",
        f"field   {'x' * 10_001}\nfield   b\n",
    ],
)
def test_nothing_is_changed_after_broken_blocks(broken):
    assert format_text(f"field   a\n\n\n{broken}", "a.slm") == f"field a\n\n{broken}"


def test_nothing_is_changed_after_more_errors_than_are_listed():
    text = "field   a\n" + "nonsense   here\n" * 300 + "field   b\n"
    assert format_text(text, "a.slm") == text.replace("field   a", "field a")


def test_a_file_that_is_too_large_stays_as_it_is():
    text = "field   a\n" + "\n" * limits.LINES
    assert format_text(text, "a.slm") == text


def test_an_endless_line_stays_as_it_is():
    text = f"field   a\nsla   a {{\ncovers {','.join('b' * 4_500)}\n# {'c' * 9_990}\n}}\n"
    assert format_text(text, "a.slm") == text.replace("field   a", "field a").replace("sla   a", "sla a")


def test_an_endless_name_pads_no_other():
    long = "b" * 61
    text = f"sla a {{\n  credit c  pays EUR 1 per miss\n  credit {long}  pays EUR 1 per miss\n}}\n"
    assert laid_out(text) == text


# ---- what is shipped ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(shipped("models").rglob("*.slm")), ids=lambda path: Path(path).name)
def test_shipped_models_keep_their_meaning(path):
    text = path.read_text(encoding="utf-8")
    once = format_text(text, path.name)
    assert parse(once, path.name).tree == parse(text, path.name).tree
    assert format_text(once, path.name) == once


EXAMPLES = Path(__file__).parents[1] / "spec" / "examples"


@pytest.mark.parametrize("name", ["agreement", "calendars", "catalogue", "whatif"])
def test_the_examples_of_the_language_are_laid_out_already(name):
    text = (EXAMPLES / f"{name}.slm").read_text(encoding="utf-8")
    assert format_text(text, name) == text


@pytest.mark.parametrize(("name", "lines"), [("clauses", 1), ("load", 5), ("source", 6)])
def test_other_examples_differ_by_single_spaces(name, lines):
    text = (EXAMPLES / f"{name}.slm").read_text(encoding="utf-8")
    formatted = format_text(text, name)
    assert parse(formatted, name).tree == parse(text, name).tree
    pairs = list(zip(text.splitlines(), formatted.splitlines(), strict=True))
    assert sum(before != after for before, after in pairs) == lines
    assert all(before.split() == after.split() for before, after in pairs)
