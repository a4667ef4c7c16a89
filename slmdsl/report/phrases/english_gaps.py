"""The templates in English of where misses come from, and of what improvements bring."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "gaps.miss.one": "{n} miss",
    "gaps.miss.many": "{n} misses",
    "gaps.class.one": "{n} class of tickets",
    "gaps.class.many": "{n} classes of tickets",
    "gaps.sources": "Sources",
    "gaps.in_short": "In short",
    "gaps.title": "Where misses come from",
    "gaps.no_cases": "No ticket was decided in this span, so there is nothing to look into.",
    "gaps.no_misses": "Not one of {judged} judgements is a miss.",
    "gaps.answer": "{missed} of {judged} judgements are misses ({rate}; 95 % interval {low} to {high}), of "
    "{tickets}.",
    "gaps.judgements": "A ticket that several targets judge counts for each of them. Exclusions and waivers "
    "are taken "
    "out, and what is not decided yet does not count.",
    "gaps.most": "If they missed no more often than the others, most misses would be spared in {classes}.",
    "gaps.gain": "{what} ({excess} of {missed} misses)",
    "gaps.overlap": "Classes overlap, so what they would spare does not add up.",
    "gaps.none_striking": "No class of tickets misses more often than luck explains, but for such that are most of "
    "all; {looked} were looked at.",
    "gaps.luck": "The tables mark what has more misses than luck explains, at a false discovery rate of 5 % (Benjamini "
    "and Hochberg, 1995): {striking} of {looked} classes. Among many tickets small differences are marked as well; "
    "what is not marked is no reason to act.",
    "gaps.mix": "A class may miss more because of the targets that its tickets have; compare within a target, too.",
    "gaps.by.service": "by service",
    "gaps.by.customer": "by customer",
    "gaps.by.priority": "by priority at the decision",
    "gaps.by.first group": "by first group",
    "gaps.by.group": "by group at the decision",
    "gaps.by.last group": "by last group",
    "gaps.by.weekday": "by weekday of opening",
    "gaps.by.hour": "by hour of opening",
    "gaps.by.hour of week": "by hour of the week of opening",
    "gaps.by.hand-offs": "by hand-offs before the decision",
    "gaps.by.field": "by {field}",
    "gaps.what.service": "the service {value}",
    "gaps.what.customer": "the customer {value}",
    "gaps.what.priority": "the priority {value}",
    "gaps.what.first group": "tickets that came to {value} first",
    "gaps.what.group": "the group {value}",
    "gaps.what.last group": "tickets that ended in {value}",
    "gaps.what.weekday": "tickets opened on {value}",
    "gaps.what.hour": "tickets opened at {value}",
    "gaps.what.hour of week": "tickets opened on {value}",
    "gaps.what.hand-offs": "tickets with {value} hand-offs",
    "gaps.what.field": "{field} {value}",
    "gaps.unknown": "unknown",
    "gaps.head.class": "class",
    "gaps.head.target": "target",
    "gaps.head.judged": "judged",
    "gaps.head.missed": "missed",
    "gaps.head.share": "share of misses",
    "gaps.head.rate": "missed in the class",
    "gaps.head.rate_of": "missed, %",
    "gaps.head.range": "95 % range",
    "gaps.head.lift": "times the others",
    "gaps.head.signal": "more than luck",
    "gaps.head.hours": "hours a miss",
    "gaps.signal.yes": "✓ yes",
    "gaps.signal.no": "– no",
    "gaps.targets": "Misses by target, and where the mean miss spent its hours",
    "gaps.targets_note": "From the opening until the target's clock stopped, or until now if it runs. Time "
    "with others "
    "is plain time; waiting and in progress are in the target's hours.",
    "gaps.classes": "Classes {by}, those with most misses first",
    "gaps.pareto": "Misses {by}",
    "gaps.pareto_alt": "Bars of misses {by}: {bars}. The first {n} have {share} of all misses.",
    "gaps.pareto_bar": "{label} {missed}",
    "gaps.cumulative": "share of all misses, summed up",
    "gaps.misses": "misses",
    "gaps.striking": "more than luck explains",
    "gaps.usual": "as luck would have it",
    "gaps.week": "Misses by hour of opening",
    "gaps.week_alt": "A map of misses by weekday and hour of opening. Most: {most}.",
    "gaps.week_hour": "{day} {hour}:00 with {missed}",
    "gaps.hour": "hour of opening",
    "gaps.time": "Where the time goes",
    "gaps.time_goes": "Of the time that counts against their limits, misses spend {parts}.",
    "gaps.time_part": "{part} ({share})",
    "gaps.time_beside": "Besides, for each counted hour, time passes that does not count: {parts}.",
    "gaps.time_beside_part": "{part} {hours} h",
    "gaps.time_none": "No counted time passed in these misses.",
    "gaps.separate": "The log says who took a ticket when: waiting ends there.",
    "gaps.together": "The log does not say when somebody took a ticket in hand. Waiting is the time in "
    "which a ticket "
    "was new; in progress is all the rest on our side, work and queue together.",
    "gaps.untold": "The log tells neither states nor who took a ticket when. In progress is all the time on our side, "
    "waiting and work together.",
    "gaps.time_chart": "Hours of the mean judgement, missed and all",
    "gaps.time_alt": "Bars of hours by what they went to. {bars}.",
    "gaps.time_bar": "{name}: {hours} h, most of it {part}",
    "gaps.time_axis": "hours of a ticket",
    "gaps.bar.missed": "{target}, missed",
    "gaps.bar.all": "{target}, all",
    "gaps.part.waiting": "waiting for somebody",
    "gaps.part.progress": "in progress",
    "gaps.part.customer": "with the customer",
    "gaps.part.supplier": "with a supplier",
    "gaps.part.internal": "inside the house or scheduled",
    "gaps.part.resolved": "resolved, then reopened",
    "gaps.part.closed": "closed hours",
    "gaps.hand_offs": "Hand-offs",
    "gaps.moved": "{moved} judgements changed hands before they were decided; {rate} of them miss, of the others "
    "{other}.",
    "gaps.bounced": "{bounced} came back to a group that had passed them on; {rate} of these miss, and they "
    "are {share} "
    "of all misses.",
    "gaps.not_moved": "No ticket changed hands before it was decided.",
    "gaps.recurring": "Tickets that recur",
    "gaps.recurring_none": "No service and cause came up {fewest} times on different days.",
    "gaps.recurring_unknown": "No declared field tells a cause, so nothing can be said of what recurs. "
    "Declare one as "
    "`field caused_by` and read it from the source.",
    "gaps.recurring_largest": "The largest cause is {cause}: {count} tickets on {days} days, with {share} of all "
    "misses. Causes differ in size, so that alone makes none a problem.",
    "gaps.recurring_first": "{cause} came up {count} times on {days} days, has {share} of all misses and misses {lift} "
    "times as often as the rest: a candidate for a problem.",
    "gaps.recurring_table": "The largest causes, by {fields}",
    "gaps.recurring_note": "Times the others: how often tickets with the cause miss, of any service, against all "
    "others; more than luck by the exact test, corrected for how many classes there are. A dash: not told.",
    "gaps.head.service": "service",
    "gaps.head.cause": "cause",
    "gaps.head.count": "tickets",
    "gaps.head.days": "days",
    "gaps.head.first": "first seen",
    "gaps.head.last": "last seen",
    # improvements
    "gaps.improve": "What improvements would bring",
    "gaps.improve.none": "The text declares no improvement. Say `improvement NAME {{ closes TARGET, expects "
    "SCENARIO with "
    "... }}`, and it is simulated here.",
    "gaps.improve.not_asked": "Improvements were not simulated.",
    "gaps.improve.best": "Of {n}, {name} gains most for its cost: it takes the chance of keeping {gains} "
    "({points} points, {low} to {high}), for {cost} in its first year, {each} points for each {thousand}.",
    "gaps.improve.from_to": "{target} from {before} to {after}",
    "gaps.improve.alike": "Of {n}, {names} gain about the same for each {thousand}, as far as these replications tell.",
    "gaps.improve.one": "{name} takes the chance of keeping {gains}, for {cost} in its first year ({low} to {high} "
    "points for each 1,000).",
    "gaps.improve.free": "Of {n}, {name} gains most for its cost: it takes the chance of keeping {gains} "
    "({points} points, {low} to {high}), and it saves more than it costs in its first year.",
    "gaps.improve.no_cost": "Of {n}, {name} gains most: it takes the chance of keeping {gains} "
    "({points} points, {low} to {high}); what it costs is not said.",
    "gaps.improve.nothing": "Of {n}, none gains anything in the chance of keeping its targets.",
    "gaps.improve.unsure": "That gain may still be luck: its interval includes zero. More replications "
    "tell more.",
    "gaps.improve.idle": "Nothing in chance is gained by {names}.",
    "gaps.improvement.one": "{n} improvement",
    "gaps.improvement.many": "{n} improvements",
    "gaps.improve.how": "Each is simulated against its scenario with the same luck, {replications} replications in "
    "pairs; ranges are at {confidence}. The first year is the cost once, and twelve months of what running it costs "
    "more, less the credits that it saves. A prediction is as good as the load model.",
    "gaps.improve.table": "Improvements, the one that gains most for its cost first",
    "gaps.improve.targets": "What each target gains",
    "gaps.improve.alt": "Points of chance that improvements gain, each with its range: {rows}.",
    "gaps.improve.why": "What is not simulated, and why",
    "gaps.head.improvement": "improvement",
    "gaps.head.owner": "owner",
    "gaps.head.due": "due",
    "gaps.head.state": "state",
    "gaps.head.points": "points of chance",
    "gaps.head.once": "cost, once",
    "gaps.head.running": "running, a month",
    "gaps.head.credits": "credits, a month",
    "gaps.head.first_year": "first year, net",
    "gaps.head.per_thousand": "points for 1,000",
    "gaps.head.kept_before": "chance without",
    "gaps.head.kept_after": "chance with",
    "gaps.head.chance": "chance, points",
    "gaps.head.attained": "attained",
    "gaps.state.planned": "planned",
    "gaps.state.running": "running",
    "gaps.state.done": "done",
    "gaps.state.dropped": "dropped",
    "gaps.obstacle.dropped": "{name} is dropped.",
    "gaps.obstacle.done": "{name} is done: what it brought shows in the log.",
    "gaps.obstacle.no_effect": "{name} does not say what it changes: say `expects SCENARIO with ...`.",
    "gaps.obstacle.no_target": "{name} does not say which target it closes: say `closes TARGET`.",
    "gaps.obstacle.not_modelled": "{name}: nothing is simulated of the targets that it closes.",
    "gaps.obstacle.overloaded": "{name}: the group {words} would have more work than its people can do.",
    "gaps.obstacle.setting": "{name}: {words}.",
    "gaps.obstacle.model": "{name}: {words}.",
    "gaps.obstacle.stopped": "{name}: stopped before it was known.",
    "gaps.left_out": "{name} closes {target}, of which nothing is simulated: {reason}.",
    "gaps.left_out.other": "{name} closes {target}, which the scenario does not judge.",
    "gaps.reason.feedback": "the load has no feedback",
    "gaps.reason.measured": "nothing is measured in a simulation",
    "gaps.reason.data": "no data is lost in a simulation",
    "gaps.reason.events": "no events are counted in a simulation",
    "gaps.reason.write": "simulated customers do not write",
    "gaps.reason.acknowledged": "nobody acknowledges a ticket in a simulation",
    "gaps.reason.field": "simulated tickets have no `{field}`",
    "gaps.reason.down": "nothing in the load or the risks takes {what} down",
    "gaps.reason.answers": "nobody replies to a ticket: no step of the load `answers`",
    "gaps.reason.brings": "the load brings no {what}",
    # before and after
    "gaps.proof": "Which improvements worked",
    "gaps.proof.worked": "worked",
    "gaps.proof.no effect shown": "no effect shown",
    "gaps.proof.got worse": "got worse",
    "gaps.proof.not enough data": "not enough data",
    "gaps.proof.said": "{name} on {target}: {effect}. The mean week went from {before} to {after}: "
    "{difference} ({low} "
    "to {high}).",
    "gaps.proof.short": "{name} on {target}: not enough data, with {before} before and {after} after; at "
    "least {fewest} "
    "and {cases} tickets are needed on either side.",
    "gaps.proof.power": "A true change of {size} or more would have been shown with a chance of 80 %.",
    "gaps.proof.trend": "It was already getting better before, by {trend} a week: the change need not come from the "
    "improvement.",
    "gaps.proof.how": "Whole weeks before the day against whole weeks after it, at most {weeks} on either "
    "side; the week "
    "of the day itself does not count. The interval allows for weeks that resemble their neighbours. Whatever else "
    "changed at that time is in the difference, too.",
    "gaps.proof.table": "Before and after",
    "gaps.head.effect": "effect",
    "gaps.head.before": "before",
    "gaps.head.after": "after",
    "gaps.head.difference": "difference",
    "gaps.head.weeks": "weeks",
    "gaps.points": "{n} points",
    "gaps.per": "{n} {unit}",
    "gaps.document": "Gaps and improvements",
    "gaps.of": "Agreements: {agreements}",
    "gaps.period": "Period: {period}",
    "gaps.whole": "Period: all that the log tells",
}
