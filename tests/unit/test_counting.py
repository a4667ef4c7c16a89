"""Counting: which ticket counts where, as what; and the corners of kernels that random logs seldom meet."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from slmdsl.calendars import CalendarPlan, DatedHours, Window, calendar_of
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod
from slmdsl.contract.model.clocks import Deadline, Mark, Reopened, Reprioritised
from slmdsl.evaluate.tickets import counting
from slmdsl.evaluate.tickets import rows as tickets
from slmdsl.evaluate.tickets.count_kernel import (
    AT_RISK,
    CANCELLED_N,
    GOAL_SUM,
    GROSS_MET,
    GROSS_N,
    MET_N,
    UNDECIDED_N,
    UNRESOLVED_N,
    N,
)
from slmdsl.evaluate.tickets.counting import count, inverted_cdf
from slmdsl.evaluate.tickets.rows import REASONS, ticket_verdicts
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.rules.binding import bind
from slmdsl.rules.from_contract import ticket_rules
from slmdsl.rules.stopwatch import CANCELLED, MET, MISSED, UNDECIDED, UNRESOLVED
from tests import builders as b

DAY = CalendarPeriod(unit=PeriodUnit.DAY)
MORNING = "2027-03-01 09:00"


def bound_to(log, *targets, as_of=None, requests=(), **settings):
    rules = ticket_rules(b.contract(b.agreement(*targets, **settings), requests=requests))
    return bind(rules, log, as_of_us=None if as_of is None else b.at(as_of))


def counted(log, target, *figures, as_of=None, part=0, **settings):
    """Return figures of the only period of one target."""
    found = count(bound_to(log, target, as_of=as_of, **settings), log).by_period(0)
    return tuple(found[part, figure].tolist()[-1] for figure in figures)


def rows_of(log, target, *, as_of=None, **settings):
    return ticket_verdicts(bound_to(log, target, as_of=as_of, **settings), log)


def resolved(opened=MORNING, at="2027-03-01 12:00", **facts):
    return b.ticket(opened, resolved=at, **facts)


# Which period a ticket counts in


@pytest.mark.parametrize(
    ("counted_when", "days"),
    [(None, [0, 1, 0]), ("opened", [1, 0, 0]), ("resolved", [0, 0, 1]), ("decided", [0, 1, 0])],
)
def test_a_miss_counts_at_its_due_unless_the_target_says_otherwise(counted_when, days):
    target = b.target(b.within(b.hours(12)), period=DAY, counted=counted_when)
    log = b.log(resolved(at="2027-03-03 12:00"))
    found = count(bound_to(log, target), log).by_period(0)
    assert found[0, N].tolist() == days
    assert not found[0, MET_N].any()


def test_a_miss_without_a_stop_does_not_count_by_its_resolution():
    log = b.log(b.ticket(MORNING))
    open_late = b.target(b.within(b.hours(1)), counted="resolved")
    assert counted(log, open_late, N, UNDECIDED_N, as_of="2027-03-02 12:00") == (0, 0)


def test_a_ticket_decided_outside_all_periods_counts_nowhere():
    log = b.log(
        resolved("2026-12-31 17:00", "2027-01-04 09:00"), resolved("2027-01-04 09:00", "2027-01-04 10:00")
    )
    target = b.target(b.within(b.hours(8)))
    valid = {"valid_from": date(2026, 12, 1), "valid_to": date(2026, 12, 31)}
    assert counted(log, target, N, GROSS_N, as_of="2027-01-05 00:00", **valid) == (0, 0)


@pytest.mark.parametrize(
    ("valid", "stop", "months"),
    [
        ((date(2027, 1, 1), date(2027, 2, 1)), "2027-01-29 12:00", [1, 0]),
        ((date(2027, 1, 1), date(2027, 2, 1)), "2027-02-01 12:00", [0, 1]),
        ((date(2027, 1, 31), date(2027, 3, 31)), "2027-02-01 12:00", [0, 1, 0]),
        ((date(2027, 1, 31), date(2027, 3, 31)), "2027-03-31 23:59", [0, 0, 1]),
    ],
)
def test_short_first_and_last_months_hold_what_is_theirs(valid, stop, months):
    begin, end = valid
    log = b.log(b.ticket(f"{begin} 00:00", resolved=stop), b.ticket("2027-06-01 00:00"))
    target = b.target(b.statistic("mean", b.hours(4)), on=b.ALWAYS_OPEN)
    found = count(bound_to(log, target, valid_from=begin, valid_to=end), log).by_period(0)
    assert found[0, N].tolist() == months


def test_a_rolling_window_sums_its_days():
    log = b.log(*(resolved(f"2027-03-0{day} 09:00", f"2027-03-0{day} 10:00") for day in (1, 2, 3)))
    target = b.target(b.within(b.hours(8)), period=RollingPeriod(days=2))
    assert count(bound_to(log, target), log).by_period(0)[0, N].tolist() == [2, 2]


def test_tickets_of_another_time_or_condition_are_not_judged():
    condition = b.population(condition=b.compare("site", "=", "delft"))
    log = b.log(
        resolved(site="delft"),
        resolved(site="breda"),
        resolved(),
        resolved("2026-02-01 09:00", "2026-02-01 10:00"),
    )
    valid = {"valid_from": date(2027, 3, 1), "valid_to": date(2027, 3, 1)}
    assert counted(log, b.target(b.within(b.hours(8), of=condition)), N, **valid) == (1,)


def test_parts_count_apart_and_those_without_the_field_too():
    log = b.log(resolved(site="delft"), resolved(site="breda"), resolved(), resolved())
    bound = bound_to(log, b.target(b.within(b.hours(8)), per="site"))
    assert bound.parts == ((None, "delft", "breda"),)
    assert count(bound, log).by_period(0)[:, N, 0].tolist() == [2, 1, 1]


# What a ticket counts as


def test_each_class_has_its_column():
    log = b.log(
        resolved(),
        resolved(at="2027-03-02 12:00"),
        b.ticket(MORNING, b.event("2027-03-01 10:00", Phase.CANCELLED)),
        b.ticket(MORNING, closed="2027-03-01 10:00"),
        b.ticket("2027-03-02 16:00"),
        b.ticket("2027-03-02 19:00"),
    )
    figures = (N, MET_N, CANCELLED_N, UNRESOLVED_N, UNDECIDED_N, AT_RISK)
    found = counted(log, b.target(b.within(b.hours(4))), *figures, as_of="2027-03-02 18:00")
    assert found == (2, 1, 1, 1, 1, 1)


def test_net_figures_leave_out_what_is_excluded_or_waived():
    waiver = b.event("2027-03-01 10:00", kind=EventType.WAIVE, reason="storm", actor="boss")
    unapproved = b.event("2027-03-01 10:00", kind=EventType.WAIVE, reason="storm")
    log = b.log(
        resolved(),
        resolved(site="breda"),
        resolved(service="wan"),
        resolved(priority="P2", service="wan"),
        b.ticket(MORNING, waiver, resolved="2027-03-02 12:00"),
        b.ticket(MORNING, unapproved, resolved="2027-03-01 12:00"),
    )
    exclusions = (
        b.exclusion(b.population(condition=b.compare("site", "=", "breda")), "Clause 7"),
        b.exclusion(b.population("P1", services=("wan",)), "Clause 8"),
        b.exclusion(None),
    )
    target = b.target(b.within(b.hours(4)))
    assert counted(log, target, N, MET_N, GROSS_N, GROSS_MET, exclusions=exclusions) == (3, 3, 6, 5)
    rows = rows_of(log, target, exclusions=exclusions)
    assert rows.exclusion.tolist() == [0, 1, 2, 0, -1, 0]


def test_goals_add_up_by_the_start_of_each_clock():
    form = b.within(b.hours(4), goal=Fraction(9, 10), goals=[(date(2027, 3, 10), Fraction(3, 4))])
    log = b.log(resolved(), resolved("2027-03-10 09:00", "2027-03-10 10:00"))
    bound = bound_to(log, b.target(form))
    assert count(bound, log).by_period(0)[0, GOAL_SUM, 0] == 18 + 15
    assert bound.goal_denominators == (20,)


@pytest.mark.parametrize(
    ("limit", "counted_when", "phase", "at_risk"),
    [
        (b.hours(2), None, None, 1),
        (b.hours(9), None, None, 0),
        (b.hours(9), "opened", None, 1),
        (b.hours(2), None, Phase.WAIT_CUSTOMER, 0),
        (b.hours(2), "opened", Phase.WAIT_CUSTOMER, 0),
        (b.limit(b.business_days(0), end_of_day=True), None, None, 1),
        (b.limit(b.business_days(1), end_of_day=True), None, None, 0),
        (b.business_days(Fraction(1, 10)), None, None, 1),
    ],
)
def test_a_ticket_is_at_risk_if_its_limit_runs_out_before_its_period_does(
    limit, counted_when, phase, at_risk
):
    events = [] if phase is None else [b.event("2027-03-01 16:30", phase)]
    log = b.log(b.ticket("2027-03-01 16:00", *events))
    target = b.target(b.within(limit), period=DAY, counted=counted_when)
    found = counted(log, target, UNDECIDED_N, AT_RISK, as_of="2027-03-01 16:45")
    assert found == (1, at_risk)


def test_a_limit_by_the_end_of_today_is_at_risk_until_the_day_ends():
    log = b.log(b.ticket("2027-03-01 16:00"))
    today = b.limit(b.business_days(1), end_of_day=True)
    week = b.target(b.within(today), period=CalendarPeriod(unit=PeriodUnit.WEEK))
    assert counted(log, week, UNDECIDED_N, AT_RISK, as_of="2027-03-01 16:45") == (1, 1)


def test_a_statistic_counts_open_tickets_older_than_its_limit():
    log = b.log(b.ticket(MORNING), b.ticket("2027-03-01 15:00"), resolved())
    target = b.target(b.statistic("mean", b.hours(4)))
    assert counted(log, target, N, UNDECIDED_N, AT_RISK, as_of="2027-03-01 16:00") == (1, 2, 1)


# Shares and counts


def test_a_share_counts_what_was_resolved_by_its_last_priority():
    log = b.log(
        resolved(reopenings=1),
        b.ticket(MORNING, b.event("2027-03-01 10:00", priority="P2"), resolved="2027-03-01 11:00"),
        b.ticket(MORNING, priority="P1", reopenings=1),
    )
    target = b.target(b.share(b.compare("reopenings", ">", Fraction(0)), of=b.population("P1")))
    assert counted(log, target, N, MET_N, UNDECIDED_N, AT_RISK) == (1, 1, 1, 0)


def test_a_count_counts_what_was_opened_by_its_last_priority():
    log = b.log(
        b.ticket("2027-02-01 09:00"),
        b.ticket(MORNING, priority="P2"),
        b.ticket(MORNING, b.event("2027-03-01 10:00", priority="P2")),
        b.ticket(MORNING, b.event("2027-03-01 10:00", priority="P1"), priority="P2"),
        b.ticket(MORNING, site="breda"),
        b.ticket("2027-04-01 09:00"),
    )
    of = b.population("P1", condition=b.is_missing("site"))
    valid = {"valid_from": date(2027, 3, 1), "valid_to": date(2027, 3, 31)}
    assert counted(log, b.target(b.count_of(3, of=of)), N, as_of="2027-03-20 00:00", **valid) == (1,)
    assert counted(log, b.target(b.count_of(3, of=of)), N, as_of="2027-04-20 00:00", **valid) == (1,)


def test_a_count_of_resolved_tickets_counts_by_their_stop():
    log = b.log(resolved(), b.ticket(MORNING))
    assert counted(log, b.target(b.count_of(3), counted="resolved"), N) == (1,)


def test_a_count_looks_at_days_too():
    log = b.log(b.ticket("2026-12-31 09:00"), b.ticket("2027-03-01 09:00"))
    rolling = b.target(b.count_of(3), period=RollingPeriod(days=1))
    valid = {"valid_from": date(2026, 12, 31)}
    found = count(bound_to(log, rolling, **valid), log).by_period(0)
    assert found[0, N].sum() == 2


# Clocks that start at something else than the opening


def test_a_clock_that_never_started_leaves_its_ticket_unresolved_once_it_is_over():
    assigned = b.clock(starts=Mark.ASSIGNED)
    log = b.log(
        b.ticket(MORNING, closed="2027-03-01 12:00"),
        b.ticket(MORNING, b.event("2027-03-01 10:00", Phase.CANCELLED)),
        b.ticket(MORNING, closed="2027-03-01 12:00", priority="P2"),
        b.ticket(MORNING, closed="2027-03-01 12:00", site="breda"),
        b.ticket("2026-03-01 09:00", closed="2026-03-01 12:00"),
        b.ticket(MORNING),
    )
    of = b.population("P1", condition=b.is_missing("site"))
    target = b.target(b.within(b.hours(4), of=of), of_clock=assigned)
    valid = {"valid_from": date(2027, 3, 1)}
    assert counted(log, target, N, UNRESOLVED_N, UNDECIDED_N, **valid) == (0, 2, 0)
    rows = rows_of(log, target, **valid)
    assert [REASONS[code] for code in rows.reason] == ["the clock never started"] * 2
    assert (rows.start_us == b.NO_TIME).all()
    assert rows.met.tolist() == [-1, -1]


def test_a_clock_may_start_at_a_field():
    planned = b.clock(starts="planned")
    log = b.log(
        resolved(planned="2027-03-01 10:00"),
        resolved(planned="2027-03-01 13:00"),
        b.ticket(MORNING, planned="2027-04-01 09:00"),
    )
    rows = rows_of(log, b.target(b.within(b.hours(4)), of_clock=planned), as_of="2027-03-02 12:00")
    assert rows.kind.tolist() == [MET, UNRESOLVED]
    assert rows.elapsed_us.tolist() == [2 * b.HOUR, 0]
    assert REASONS[rows.reason[1]] == "stops before it starts"


def test_a_response_at_a_phase_that_the_ticket_is_in_is_immediate():
    active = b.clock(starts=Mark.ASSIGNED, responds=Phase.ACTIVE)
    events = (
        b.event("2027-03-01 10:00", Phase.ACTIVE),
        b.event("2027-03-01 11:00", kind=EventType.ASSIGNEE),
        b.event("2027-03-01 12:00", Phase.WAIT_CUSTOMER),
    )
    rows = rows_of(
        b.log(b.ticket(MORNING, *events)), b.target(b.within(b.hours(1), measure="response"), of_clock=active)
    )
    assert (rows.kind.tolist(), rows.stop_us.tolist()) == ([MET], [b.at("2027-03-01 11:00")])


@pytest.mark.parametrize(
    ("mark", "role", "public", "answers"),
    [
        (Mark.PUBLIC_REPLY, Role.AGENT, True, True),
        (Mark.PUBLIC_REPLY, None, True, True),
        (Mark.PUBLIC_REPLY, Role.CUSTOMER, True, False),
        (Mark.PUBLIC_REPLY, Role.AGENT, False, False),
        (Mark.ANY_ACTION, Role.AGENT, None, True),
        (Mark.ANY_ACTION, Role.SYSTEM, None, False),
    ],
)
def test_who_answers_and_how(mark, role, public, answers):
    log = b.log(b.ticket(MORNING, b.reply("2027-03-01 10:00", role=role, public=public)))
    target = b.target(b.within(b.hours(8), measure="response"), of_clock=b.clock(responds=mark))
    assert rows_of(log, target).kind.tolist() == [MET if answers else UNDECIDED]


def test_an_acknowledgement_answers():
    log = b.log(b.ticket(MORNING, b.event("2027-03-01 10:00", kind=EventType.ACK)))
    target = b.target(b.within(b.hours(8), measure="response"), of_clock=b.clock(responds=Mark.ACKNOWLEDGED))
    assert rows_of(log, target).kind.tolist() == [MET]


def test_a_response_fact_of_later_is_not_known_yet():
    log = b.log(b.ticket(MORNING, responded="2027-03-01 12:00"), b.ticket("2027-03-02 09:00"))
    target = b.target(b.within(b.hours(8), measure="response"))
    assert rows_of(log, target, as_of="2027-03-01 11:00").kind.tolist() == [UNDECIDED]


# Rows


def test_a_limit_of_nothing_is_reached_at_once():
    rows = rows_of(b.log(resolved()), b.target(b.within(b.hours(0))))
    assert (rows.kind.tolist(), rows.due_us.tolist()) == ([MISSED], [b.at(MORNING)])
    met = rows_of(b.log(resolved(at=MORNING)), b.target(b.within(b.hours(0))))
    assert (met.kind.tolist(), met.due_us.tolist()) == ([MET], [b.at(MORNING)])


def test_a_limit_of_nothing_that_never_ran_is_due_at_the_stop():
    log = b.log(
        b.ticket(MORNING, b.event("2027-03-01 08:00", Phase.WAIT_CUSTOMER), resolved="2027-03-01 12:00")
    )
    rows = rows_of(log, b.target(b.within(b.hours(0))))
    assert (rows.kind.tolist(), rows.due_us.tolist()) == ([MET], [b.at("2027-03-01 12:00")])


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        (b.hours(20_000), calendar_of(b.OFFICE).due_us(b.at(MORNING), 20_000 * b.HOUR)),
        (b.business_days(Fraction(4001, 2)), None),
        (b.limit(b.business_days(1), end_of_day=True), b.at("2027-03-02 18:00")),
    ],
)
def test_due_instants_beyond_the_tables_are_found_all_the_same(limit, due):
    log = b.log(b.ticket(MORNING), b.ticket("2027-03-01 10:00"))
    rows = rows_of(log, b.target(b.within(limit)))
    wanted = calendar_of(b.OFFICE).due_days_us(b.at(MORNING), Fraction(4001, 2)) if due is None else due
    assert rows.due_us[0] == wanted


def test_a_calendar_that_is_never_open_again_has_no_due():
    once = CalendarPlan(
        name="once",
        opened=(
            DatedHours(first=date(2027, 3, 1), last=date(2027, 3, 1), windows=(Window.parse("08:00-18:00"),)),
        ),
    )
    log = b.log(b.ticket(MORNING), b.ticket("2027-03-02 10:00"))
    assert rows_of(log, b.target(b.within(b.hours(20)), on=once)).due_us.tolist() == [b.NO_TIME] * 2
    today = b.limit(b.business_days(1), end_of_day=True)
    rows = rows_of(log, b.target(b.within(today), on=once), as_of="2027-03-05 00:00")
    assert (rows.due_us.tolist(), rows.kind.tolist()) == ([b.NO_TIME] * 2, [UNDECIDED] * 2)


def test_a_deadline_at_closing_is_printed_at_the_next_opening_if_so_said():
    log = b.log(resolved("2027-03-01 17:00", "2027-03-02 09:00"))
    for deadline, due in (
        (Deadline.CLOSING, "2027-03-01 18:00"),
        (Deadline.NEXT_OPENING, "2027-03-02 08:00"),
    ):
        target = b.target(b.within(b.hours(1)), of_clock=b.clock(deadline=deadline))
        rows = rows_of(log, target)
        assert rows.due_us.tolist() == [b.at(due)]
        assert rows.decided_us.tolist() == [b.at("2027-03-01 18:00")]


def test_days_are_told_exactly():
    rows = rows_of(b.log(resolved()), b.target(b.within(b.business_days(1))))
    assert rows.elapsed_days(0) == Fraction(3, 10)
    assert rows.limit_us.tolist() == [b.NO_TIME]
    hours = rows_of(b.log(resolved()), b.target(b.within(b.hours(4))))
    assert (hours.elapsed_days(0), hours.limit_us.tolist(), hours.limit_row.tolist()) == (
        None,
        [4 * b.HOUR],
        [0],
    )


def test_cancelled_tickets_say_so():
    log = b.log(b.ticket(MORNING, b.event("2027-03-01 10:00", Phase.CANCELLED)))
    rows = rows_of(log, b.target(b.within(b.hours(4))))
    assert (rows.kind.tolist(), REASONS[rows.reason[0]], len(rows)) == ([CANCELLED], "cancelled", 1)


def test_room_for_rows_grows(monkeypatch):
    monkeypatch.setattr(tickets, "_ROOM", 1)
    cycles = [b.event(f"2027-03-0{d} 10:00", p) for d in (1, 2, 3) for p in (Phase.RESOLVED, Phase.ACTIVE)]
    log = b.log(b.ticket("2027-03-09 09:00"), b.ticket(MORNING, closed=MORNING), b.ticket(MORNING, *cycles))
    anew = b.clock(reopened=Reopened.NEW_CYCLE)
    assigned = b.clock(starts=Mark.ASSIGNED)
    rules = ticket_rules(
        b.contract(
            b.agreement(
                b.target(b.within(b.hours(4)), of_clock=anew),
                b.target(b.within(b.hours(4)), name="late", of_clock=assigned),
                b.target(b.count_of(1), name="volume"),
            )
        )
    )
    rows = ticket_verdicts(bind(rules, log, as_of_us=b.at("2027-03-05 00:00")), log)
    assert rows.cycle.tolist() == [1, 1, 1, 2, 3, 4]
    assert rows.ticket.tolist() == [1] * 2 + [2] * 4


def test_no_tickets_make_no_rows_and_no_counts():
    log = b.log()
    bound = bound_to(log, b.target(b.within(b.hours(4))), as_of=MORNING)
    assert len(ticket_verdicts(bound, log)) == 0
    assert count(bound, log).tickets == 0


def test_no_targets_count_nothing():
    log = b.log(resolved())
    assert count(bound_to(log), log).cells.shape[0] == 0


# Quantiles, sums, threads, other logs


def test_the_inverted_cdf_is_always_a_ticket():
    values = np.array([40, 10, 30, 20])
    shares = [Fraction(0), Fraction(1, 4), Fraction(26, 100), Fraction(19, 20), Fraction(1)]
    assert [inverted_cdf(values, share) for share in shares] == [10, 10, 20, 40, 40]
    assert inverted_cdf(values[:0], Fraction(1, 2)) is None


def test_only_quantiles_have_quantiles():
    log = b.log(resolved())
    counts = count(bound_to(log, b.target(b.statistic("mean", b.hours(4)))), log)
    with pytest.raises(ValueError, match=r"gold\.fix is no quantile"):
        counts.quantile(0, 0, 0)


def test_threads_share_the_work_and_agree(monkeypatch):
    monkeypatch.setattr(counting, "BLOCK", 3)
    log = b.log(*(resolved(at=f"2027-03-01 {hour}:00") for hour in range(10, 18)))
    bound = bound_to(log, b.target(b.statistic("median", b.hours(4))))
    alone, shared = count(bound, log, workers=1), count(bound, log, workers=3)
    assert alone.cells.tolist() == shared.cells.tolist()
    assert alone.quantile(0, 0, 0) == shared.quantile(0, 0, 0) == 4 * b.HOUR
    assert alone.elapsed(0) == shared.elapsed(0) == [[36 * b.HOUR]]
    assert shared.tickets == 8


def test_sums_do_not_overflow():
    log = b.log(*(b.ticket("1970-01-02 00:00", resolved="2170-01-01 00:00") for _ in range(2_000)))
    around = b.target(
        b.statistic("mean", b.hours(4)), on=b.ALWAYS_OPEN, period=CalendarPeriod(unit=PeriodUnit.YEAR)
    )
    elapsed = count(bound_to(log, around), log).elapsed(0)[0][-1]
    assert elapsed == 2_000 * (b.at("2170-01-01 00:00") - b.at("1970-01-02 00:00"))
    assert elapsed > 2**63


def test_rules_are_bound_to_dictionaries_and_a_span():
    log = b.log(resolved())
    bound = bound_to(log, b.target(b.within(b.hours(4))))
    with pytest.raises(ValueError, match="dictionaries"):
        count(bound, b.log(resolved(service="wan")))
    with pytest.raises(ValueError, match="start before"):
        count(bound, b.log(resolved("2027-02-01 09:00")))
    again = b.log(resolved(), resolved(at="2027-03-01 10:00"))
    assert count(bound, again).by_period(0)[0, N].tolist() == [2]


# Reopenings and changes of priority, one by one


@pytest.mark.parametrize(
    ("reopened", "elapsed_h"), [(Reopened.RESUMES, 2), (Reopened.NEW_CYCLE, 1), (Reopened.COUNTS_ALL, 4)]
)
def test_reopened_tickets_go_on_as_the_clock_says(reopened, elapsed_h):
    events = [
        b.event("2027-03-01 10:00", Phase.RESOLVED),
        b.event("2027-03-01 12:00", Phase.ACTIVE),
        b.event("2027-03-01 13:00", Phase.RESOLVED),
    ]
    rows = rows_of(
        b.log(b.ticket(MORNING, *events)), b.target(b.within(b.hours(8)), of_clock=b.clock(reopened=reopened))
    )
    assert rows.elapsed_us[0] == elapsed_h * b.HOUR


def test_a_stop_stands_once_its_period_is_over_however_often_it_is_reopened():
    events = [
        b.event("2027-03-01 10:00", Phase.RESOLVED),
        b.event("2027-03-02 10:00", Phase.ACTIVE),
        b.event("2027-03-02 11:00", Phase.RESOLVED),
        b.event("2027-03-03 11:00", Phase.ACTIVE),
    ]
    rows = rows_of(b.log(b.ticket(MORNING, *events)), b.target(b.within(b.hours(8)), period=DAY))
    assert (rows.kind.tolist(), rows.stop_us.tolist()) == ([MET], [b.at("2027-03-01 10:00")])
    assert REASONS[rows.reason[0]] == "reopened after its period"


def test_a_stop_after_the_last_period_is_always_withdrawn():
    events = [b.event("2027-03-02 10:00", Phase.RESOLVED), b.event("2027-03-09 10:00", Phase.ACTIVE)]
    log = b.log(b.ticket(MORNING, *events))
    rows = rows_of(log, b.target(b.within(b.hours(80)), period=DAY), valid_to=date(2027, 3, 1))
    assert rows.kind.tolist() == [UNDECIDED]


def test_a_miss_is_due_in_the_stretch_that_reached_it():
    events = [b.event("2027-03-01 10:00", Phase.WAIT_CUSTOMER), b.event("2027-03-01 12:00", Phase.ACTIVE)]
    log = b.log(b.ticket(MORNING, *events, resolved="2027-03-02 12:00"))
    bound = bound_to(log, b.target(b.within(b.hours(7)), period=DAY))
    assert count(bound, log).by_period(0)[0, N].tolist() == [1, 0]
    later = bound_to(log, b.target(b.within(b.hours(8)), period=DAY))
    assert count(later, log).by_period(0)[0, N].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("way", "first", "second"),
    [
        (Reprioritised.RETAINS, None, (MISSED, "2027-03-01 12:00", 3)),
        (Reprioritised.RESTARTS, None, (MET, "2027-03-01 12:30", 0.5)),
        (Reprioritised.PER_PERIOD, None, (MET, "2027-03-01 12:30", 0.5)),
    ],
)
def test_a_change_of_priority_hands_the_ticket_on(way, first, second):
    clock = b.clock(reprioritised=way)
    events = [b.event("2027-03-01 12:00", priority="P1"), b.event("2027-03-01 12:30", Phase.RESOLVED)]
    log = b.log(b.ticket(MORNING, *events, priority="P2"))
    rules = ticket_rules(
        b.contract(
            b.agreement(
                b.target(b.within(b.hours(8), of=b.population("P2")), name="p2", of_clock=clock),
                b.target(b.within(b.hours(2), of=b.population("P1")), name="p1", of_clock=clock),
            )
        )
    )
    bound = bind(rules, log)
    rows = ticket_verdicts(bound, log)
    assert rows.target.tolist() == [1]
    kind, decided, elapsed_h = second
    assert (rows.kind[0], rows.decided_us[0]) == (kind, b.at(decided))
    assert rows.elapsed_us[0] == (3.5 if way is Reprioritised.RETAINS else elapsed_h) * b.HOUR
    assert count(bound, log).by_period(1)[0, MET_N, 0] == (kind == MET)


def test_pauses_count_for_nothing_whatever_else_happens():
    events = [
        b.event("2027-03-01 10:00", Phase.WAIT_CUSTOMER),
        b.event("2027-03-01 11:00", priority="P2"),
        b.event("2027-03-01 12:00", Phase.ACTIVE),
    ]
    log = b.log(b.ticket(MORNING, *events, resolved="2027-03-01 13:00"))
    assert counted(log, b.target(b.within(b.hours(2))), N, MET_N) == (1, 1)


def test_a_ticket_that_one_target_decided_is_not_decided_anew():
    events = [b.event("2027-03-01 12:00", priority="P1"), b.event("2027-03-01 13:00", Phase.RESOLVED)]
    log = b.log(b.ticket(MORNING, *events, priority="P2"))
    rules = ticket_rules(
        b.contract(
            b.agreement(
                b.target(b.within(b.hours(1), of=b.population("P2")), name="p2"),
                b.target(b.within(b.hours(2), of=b.population("P1")), name="p1"),
            )
        )
    )
    rows = ticket_verdicts(bind(rules, log), log)
    assert (rows.target.tolist(), rows.kind.tolist()) == ([0], [MISSED])
