"""What names mean, and what is said of those that mean nothing."""

import pytest

from tests.contracts import OFFICE, PARTIES, codes, contract, read


def only(text, **others):
    (found,) = [each for each in read(text, **others)[1] if each.is_error]
    return found


class TestImports:
    def test_names_come_from_imports_of_imports(self):
        assert not codes(
            'import "middle.slm"\nclock plain {\n  runs on office\n}\n',
            middle='import "deep.slm"\n',
            deep=OFFICE,
        )

    def test_a_name_that_is_not_imported_is_told_from_one_that_is_not_there(self):
        found = only("clock plain {\n  runs on office\n}\n", calendars=OFFICE)
        assert found.code == "SLM202"
        assert found.help == ('add `import "calendars.slm"`',)
        assert found.secondary[0].span.file == "calendars.slm"
        assert found.fixes[0].replacement == 'import "calendars.slm"\n'

    def test_an_import_is_added_after_the_last_one(self):
        found = only(
            'import "parties.slm"\nclock plain {\n  runs on office\n}\n', parties=PARTIES, calendars=OFFICE
        )
        assert found.fixes[0].replacement == '\nimport "calendars.slm"'
        assert (found.fixes[0].span.start, found.fixes[0].span.end) == (20, 20)

    def test_no_import_is_proposed_that_would_close_a_circle(self):
        found = only(
            "clock plain {\n  runs on office\n}\n", above='import "spec.slm"\n' + OFFICE.split("clock")[0]
        )
        assert found.code == "SLM202"
        assert not found.fixes

    def test_nothing_is_said_of_names_that_a_missing_import_may_declare(self):
        assert not codes('import "gone.slm"\nclock plain {\n  runs on office\n}\n')


class TestUnknownNames:
    def test_the_nearest_name_is_named_with_its_place(self):
        found = only(OFFICE + "\nclock plain {\n  runs on ofice\n}\n")
        assert found.message == "no calendar is called `ofice`"
        assert found.label == "not declared here or in an import"
        assert found.help == ("did you mean `office`? (spec.slm:2)",)
        assert found.fixes[0].replacement == "office"

    def test_only_names_of_a_wanted_kind_are_proposed(self):
        assert only('team offices "Offices"\nclock plain {\n  runs on office\n}\n').help == ()

    def test_members_are_proposed_with_their_owner(self):
        text = PARTIES + "escalation ladder {\n  at 75% of resolution notify apps.leed\n}\n"
        assert only(text).help == ("did you mean `apps.lead`? (spec.slm:6)",)

    def test_a_target_is_looked_up_in_its_own_agreement_first(self):
        text = """
        sla gold {
          target fix: resolution of P1 incidents within 4 h for 90% each month
          credit fix pays EUR 5 per miss
        }
        sla silver {
          target fix: resolution of P1 incidents within 8 h for 90% each month
          credit gold.fix pays EUR 5 per miss
          credit fox pays EUR 5 per miss
        }
        """
        assert only(text).message == "no target is called `fox`"
        assert only(text).help == ("did you mean `fix`? (spec.slm:7)",)

    def test_words_of_the_language_are_listed(self):
        assert only("clock plain {\n  pauses while sleeping\n}\n").help[0].startswith("it is `new`, `active`")

    def test_a_period_in_place_of_a_field_is_put_right(self):
        text = "sla gold {\n  target few: share of incidents at most 5% each month per month\n}\n"
        assert only(text).help == ("a period is said with `each month`; `per` splits a target by a field",)

    def test_a_field_says_how_it_is_declared(self):
        text = "sla gold {\n  target few: share of incidents where zone = north at most 5% each month\n}\n"
        assert only(text).help == ("declare it: `field zone`",)

    def test_facts_of_every_ticket_need_no_field_line(self):
        text = """
        sla gold {
          target few: share of incidents where reopenings > 0 and group = "x" at most 5% each month per service
        }
        """
        assert not codes(text)

    def test_facts_of_outages_are_known_there_alone(self):
        text = """
        service wan "Network"
        sla gold {{
          exclude {} where cause = storm because "weather"
        }}
        """
        assert not codes(text.format("outages in wan"))
        assert codes(text.format("incidents")) == ["SLM203"]

    def test_a_thousand_unknown_names_are_listed_up_to_a_bound(self):
        _, found = read("".join(f"clock c{i} {{\n  runs on office_{i}\n}}\n" for i in range(300)))
        assert [each.code for each in found].count("SLM203") == 200
        assert found[-1].code == "SLM499" or "SLM499" in {each.code for each in found}


class TestKinds:
    def test_a_thing_of_another_kind_is_told_from_an_unknown_one(self):
        found = only(PARTIES + "clock plain {\n  runs on desk\n}\n")
        assert (found.code, found.message) == ("SLM204", "`desk` is a team, not a calendar")
        assert found.label == "a calendar is wanted here"

    def test_parties_are_one_kind_to_the_reader(self):
        found = only("sla gold {\n  between globe and acme\n}\n" + PARTIES)
        assert found.message == "no party is called `globe`"

    def test_a_request_and_a_priority_of_one_name_are_ambiguous(self):
        text = """
        request gold "Gold"
        priorities itil {
          urgency       high low
          impact  wide  gold tin
        }
        sla basic {
          target done: fulfilment of gold requests within 4 h for 90% each month
        }
        """
        assert only(text).message == "`gold` may be a request or a priority"


class TestPriorities:
    SLA = "sla gold {{\n  target fix: resolution of {} incidents within 4 h for 90% each month\n}}\n"
    MATRIX = "priorities itil {\n  urgency       high low\n  impact  wide  P1   P2\n}\n"

    def test_without_a_matrix_p0_to_p9_are_known(self):
        assert not codes(self.SLA.format("P7"))
        assert codes(self.SLA.format("urgent")) == ["SLM203"]

    def test_a_visible_matrix_says_which_there_are(self):
        assert not codes(self.MATRIX + self.SLA.format("P2"))
        assert codes(self.MATRIX + self.SLA.format("P3")) == ["SLM203"]

    def test_without_a_matrix_sources_declare_what_they_map_to(self):
        source = """
        source desk_export {
          read "tickets.csv"
          priority "prio" as { "1" urgent, * normal }
        }
        """
        assert not codes(self.SLA.format("urgent"), export=source)


class TestModels:
    LOAD = (
        PARTIES
        + """
    service email "E-mail"
    load autumn {
      incidents {
        rate 100 per day
        start at desk
        step desk {
          works exponential(mean 8 min)
          then resolved 80%, apps 20%
        }
        step apps {
          works exponential(mean 45 min)
          then resolved 100%
        }
      }
      cause power {
        every exponential(mean 9_000 h)
      }
    }
    staff desk {
      shift late mon..fri 10:30-19:00 5 agents
    }
    staff apps {
      shift day mon..fri 08:00-17:30 9 agents
    }
    scenario today {
      load autumn
    }
    """
    )

    def test_steps_are_those_of_their_own_stream(self):
        assert codes(self.LOAD.replace("apps 20%", "abbs 20%")) == ["SLM203"]

    def test_a_step_that_works_is_named_after_a_team(self):
        text = self.LOAD.replace("step desk", "step dask").replace("start at desk", "start at dask")
        assert only(text).message == "no team or supplier is called `dask`"

    @pytest.mark.parametrize(
        "edit",
        [
            "set desk.late agents 7",
            "strike power at 2027-12-11 10:00",
            "strike autumn.power at 2027-12-11 10:00",
            "set autumn.incidents rate 90 per day",
            "step incidents.desk {\n then resolved 90%, apps 10%\n }",
        ],
    )
    def test_scenarios_see_the_model_that_they_start_from(self, edit):
        assert not codes(self.LOAD + f"scenario worse from today {{\n  {edit}\n}}\n")

    def test_an_edit_that_names_nothing_real_is_an_error_at_its_line(self):
        found = only(self.LOAD + "scenario worse from today {\n  set desk.lote agents 7\n}\n")
        assert found.help[0].startswith("did you mean `desk.late`?")

    def test_an_edited_step_goes_on_to_steps_of_its_stream(self):
        edit = (
            "scenario worse from today {\n  step incidents.desk {\n    then resolved 90%, abbs 10%\n  }\n}\n"
        )
        assert codes(self.LOAD + edit) == ["SLM203"]

    def test_experiments_and_improvements_see_the_loads_of_their_scenarios(self):
        text = """
        improvement shift_left {
          owner desk
          expects today with step incidents.desk {
            then resolved 90%, apps 10%
          }
        }
        experiment staffing {
          scenarios today
          horizon 2027-01-01 .. 2027-12-31
          vary desk.late agents 3 .. 8
        }
        """
        assert not codes(self.LOAD + text)


class TestCircles:
    def test_three_services_in_a_circle_are_one_finding(self):
        text = "".join(
            f'service {name} "{name}" {{\n  needs {needed}\n}}\n' for name, needed in ("ab", "bc", "ca")
        )
        found = only(text)
        assert found.code == "SLM208"
        assert found.message == "services need each other in a circle: `a` -> `b` -> `c` -> `a`"

    def test_two_ways_to_one_service_are_no_circle(self):
        text = """
        service a "a" {
          needs b, c
        }
        service b "b" {
          needs d
        }
        service c "c" {
          needs d
        }
        service d "d"
        """
        assert not codes(text)

    def test_a_template_that_extends_itself(self):
        found = only("template a extends a {\n}\n")
        assert (found.code, found.message) == ("SLM206", "`a` extends itself")

    def test_scenarios_in_a_circle_keep_their_own_statements(self):
        found = only("scenario a from b {\n}\nscenario b from c {\n}\nscenario c from b {\n}\n")
        assert found.code == "SLM207"
        assert found.message == "scenarios start from each other in a circle: `b` -> `c` -> `b`"

    def test_long_chains_need_no_deep_stack(self):
        chain = "".join(f"template t{i} extends t{i + 1} {{\n}}\n" for i in range(5_000))
        assert not codes(chain + "template t5000 {\n}\n")


class TestInheritance:
    def test_the_extending_block_wins_key_by_key(self):
        spec = contract(
            OFFICE
            + """
        template base {
          clock standard
          target fix: resolution of P1 incidents within 8 h for 90% each month
          target answer: response of P1 incidents within 1 h for 90% each month
        }
        template middle extends base {
          target fix: resolution of P1 incidents within 6 h for 90% each month
        }
        sla gold extends middle {
          clock quick
          target answer: response of P1 incidents within 30 min for 90% each month
          credit fix pays EUR 5 per miss
        }
        clock quick {
          runs on always
        }
        """
        )
        gold = spec.agreements["gold"]
        assert {each.name: str(each.form.limit.values[0][1].duration) for each in gold.targets} == {
            "fix": "6 h",
            "answer": "30 min",
        }
        assert {each.clock.name for each in gold.targets} == {"quick"}

    def test_copies_are_bounded(self):
        target = "  target t{}: resolution of P1 incidents within {} h for {}% each month\n"
        text = "template big {\n" + "".join(target.format(i, i + 1, (i + 1) / 10) for i in range(150)) + "}\n"
        text += "".join(f"sla s{i} extends big {{\n}}\n" for i in range(150))
        assert codes(text) == ["SLM212"]


def test_a_field_may_be_called_like_a_team():
    assert not codes("field desk\n" + PARTIES)


def test_the_second_of_two_declarations_points_at_the_first():
    found = only('team desk "Desk"\nsupplier desk "Desks"\n')
    assert (found.code, found.span.line, found.secondary[0].span.line) == ("SLM201", 2, 1)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["first"], "there is `first`"),
        (["first", "second"], "there are `first`, `second`"),
        (
            ["a1", "b2", "c3", "d4", "e5", "f6", "g7"],
            "there are `a1`, `b2`, `c3`, `d4`, `e5`, `f6` and 1 more",
        ),
    ],
)
def test_the_steps_that_there_are(steps, expected):
    blocks = "".join(
        f"    step {name} by desk {{\n      works constant(1 h)\n      then resolved 100%\n    }}\n"
        for name in steps
    )
    text = f"team desk\nload l {{\n  incidents {{\n    rate 5 per day\n    start at nowhere_near\n{blocks}  }}\n}}\n"
    found = [each for each in read(text)[1] if each.code == "SLM203"]
    assert [each.help for each in found] == [(expected,)]


def test_the_priorities_that_there_are():
    text = "priorities usual {\n  urgency high low\n  impact whole P1 P2\n}\nteam desk\n"
    text += "staff desk {\n  preempt for Severe\n}\n"
    found = [each for each in read(text)[1] if each.code == "SLM203"]
    assert [each.help for each in found] == [("there are `P1`, `P2`",)]
