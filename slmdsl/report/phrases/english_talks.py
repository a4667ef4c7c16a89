"""The templates in English of what a negotiation says."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "replication.one": "{n} replication",
    "replication.many": "{n} replications",
    "staffing.one": "{n} staffing",
    "staffing.many": "{n} staffings",
    "target_count.one": "{n} target",
    "target_count.many": "{n} targets",
    # heading and columns
    "talks.heading": "{agreement} as asked, in the scenario {scenario}: {replications} of {first} .. {last} {start}, "
    "seed {seed}",
    "talks.warm": "after {length} of warm-up",
    "talks.empty": "from an empty desk",
    "talks.open": "from the open tickets of {source}",
    "talks.wanted": "Wanted: each target is kept in a period with a chance of at least {wanted}, even at the lower end "
    "of its {confidence} range.",
    "talks.wished": "So the experiment {experiment} wants it.",
    "talks.interrupted": "Interrupted: what was not reached is missing.",
    "talks.simulated": "Simulated in all: {replications}.",
    "talks.tried": "Tried: {staffings}.",
    "talks.recounted": "Other limits are judged on the same simulated logs.",
    "talks.deadline": "Every other limit was simulated anew: a queue goes by deadline, so limits decide who is next.",
    "talks.acts": "Every other limit was simulated anew: an escalation acts on tickets, so limits decide who is next.",
    "talks.levels": "Other shares and bounds are judged on the same simulated logs.",
    "talks.target": "target",
    "talks.asked": "asked",
    "talks.chance": "chance\nof a period",
    "talks.range": "{confidence}\nrange",
    "talks.holds": "holds?",
    "talks.level": "tightest level\nat this limit",
    "talks.limit": "tightest limit\nat this share",
    "talks.staffing": "staffing that carries it",
    "talks.yes": "✓ holds",
    "talks.no": "✗ falls short",
    "talks.unshown": "~ not shown",
    "talks.none": "none found",
    "talks.not_needed": "the present one",
    "talks.not_judged": "Nothing can be said of these",
    "talks.more": "{shift} +{n}",
    "talks.more_money": "{people}: {money} a month more",
    "talks.credits": "Service credits over these days",
    "talks.expected": "expected",
    "talks.dear": "1 in 20\nexceeds",
    "talks.free": "without\nany",
    "talks.who.asked": "as asked",
    "talks.who.counter_offer": "counter-offer",
    "talks.who.more_staff": "as asked, more staff",
    # the counter-offer
    "offer.chance": "{value} % ({low}–{high})",
    "offer.title": "Counter-offer",
    "offer.answer": "Answer",
    "offer.nothing_judged": "Nothing that is asked is judged in these days, so nothing can be said of it.",
    "offer.all_hold": "All that is asked holds: each target is kept with a chance of at least {wanted} a period. No "
    "counter-offer is needed.",
    "offer.month": "A month of the whole agreement is kept with a chance of {chance}.",
    "offer.tighter": "Tighter would hold as well, each alone: {promises}.",
    "offer.no_tighter": "Nothing tighter that holds was found.",
    "offer.some": "Of {judged} that can be judged, {failing} cannot be promised as asked with the present "
    "staff.",
    "offer.short": "Below {wanted}: {names}.",
    "offer.unshown": "Not shown by {replications}, though not below either: {names} (`--replications` takes more).",
    "offer.instead": "Instead, with the present staff: {promises}.",
    "offer.otherwise": "Or, in place of that: {promises}.",
    "offer.confirmed": "On {replications} with new luck, what is offered has these chances: {chances}.",
    "offer.unproven": "For {names} that agrees with {wanted} and does not prove it.",
    "offer.below": "For {names} that is less than the wanted {wanted}: promise less there, or simulate more "
    "replications before you sign.",
    "offer.stay": "As asked stays {names}.",
    "offer.stay_many": "As asked stay {names}.",
    "offer.left": "For {names} nothing was found that holds with the present staff.",
    "offer.months": "With that luck a month of the whole agreement is kept with a chance of {asked} as asked, and of "
    "{offered} with the counter-offer.",
    "offer.staff": "Or all as asked, with {people}, for {money} more a month.",
    "offer.staff_unpriced": "Or all as asked, with {people}; what they cost is not said in the text.",
    "offer.people": "{n} more in {shift} ({after} instead of {before})",
    "offer.staff_confirmed": "On {replications} with new luck, that has these chances: {chances}; a month of the whole "
    "agreement has {month}.",
    "offer.no_staff": "None of the {staffings} that were tried carries all that is asked.",
    "offer.nearest": "The nearest is {people}: the lowest chance is that of {target}, {chance}.",
    "offer.no_shift": "No group of this scenario has shifts that more people could join.",
    "offer.not_tried": "More people were not tried.",
    "offer.credit": "{amount} ({month} a month)",
    "offer.credits": "Credits over these days come to {asked} on average as asked, and to {offered} with the "
    "counter-offer.",
    "offer.credits_alone": "Credits over these days come to {asked} on average.",
    "offer.band_below": "Credits for {target} still begin below {level}, as asked: move the bands with the promise.",
    "offer.band_above": "Credits for {target} still begin above {level}, as asked: move the bands with the promise.",
    "offer.per_miss": "Credits for {target} are still paid for each miss, as asked, whatever is promised of all.",
    "offer.staff_credits": "Credits come to {asked} a month as asked, and to {staffed} a month with these people.",
    "offer.backing": "{by} backs {target} only with {limit} for {goal} (`{backing}`), longer than what is offered.",
    "offer.never_missed": "never missed in the simulation",
    "offer.without_pauses": "{target} (its clock's pauses left out)",
    "offer.named": "{name} {chance}",
    "offer.limit": "{target} within {new} instead of {old}",
    "offer.end_of_day": "{target} by {new} instead of {old}",
    "offer.goal": "{target} for {new} instead of {old}",
    "offer.at_least": "{target} at least {new} instead of {old}",
    "offer.at_most": "{target} at most {new} instead of {old}",
    "offer.waiting": "{share} of the time of tickets that miss {target} passes in a queue while a shift is on.",
    "offer.working": "{share} of the time of tickets that miss {target} is work itself: more people do not shorten it.",
    "offer.closed": "{share} of the time of tickets that miss {target} passes while nobody is on duty: more people in "
    "the present shifts help little, longer hours would help.",
    "offer.customer": "{share} of the time of tickets that miss {target} is spent with the customer: more people do "
    "not shorten it.",
    "offer.supplier": "{share} of the time of tickets that miss {target} is spent with a supplier: more people do not "
    "shorten it, what backs the promise would.",
    "offer.resolved": "{share} of the time of tickets that miss {target} they are taken for resolved, until they are "
    "reopened.",
}
