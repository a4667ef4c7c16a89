"""The templates in English of the agreement as a document to sign."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "agreement.title.sla": "Service level agreement: {title}",
    "agreement.title.ola": "Operational level agreement: {title}",
    "agreement.title.contract": "Supplier contract: {title}",
    "agreement.kind.sla": "service level agreement",
    "agreement.kind.ola": "operational level agreement",
    "agreement.kind.contract": "supplier contract",
    "agreement.between": "between {promiser} and {receiver}",
    "agreement.from_to": "{first} to {last}, both days included",
    "agreement.open_term": "no first or last day",
    "agreement.version.line": "version {version}",
    "agreement.called": "{title} ({name})",
    "agreement.hours_of": "in the hours of {calendar} (clause {clause})",
    "agreement.hours_always": "around the clock (clause {clause})",
    "agreement.about": "about {words}",
    "agreement.nothing": "nothing",
    "agreement.sum": "{amount} ({sum})",
    "miss.one": "{n} miss",
    "miss.many": "{n} misses",
    # parties
    "agreement.parties": "Parties",
    "agreement.party.promiser": "{party}{role} promises the service levels of this agreement and answers for them.",
    "agreement.party.receiver": "{party}{role} receives them.",
    "agreement.role": ", the {role},",
    "agreement.role_called": "{role}, {party},",
    "agreement.party.known_as": "In the records it also goes by {names}.",
    "agreement.contact": "{name}: {address}",
    "agreement.others": "Others who are named in this agreement",
    "agreement.others.party": "Name",
    "agreement.others.name": "Called here",
    "agreement.others.role": "Role",
    "agreement.others.contacts": "Contacts",
    # subject
    "agreement.subject": "Subject and term",
    "agreement.covers": "This agreement covers {services}, as chapter {clause} describes.",
    "agreement.covers_all": "This agreement names no services of its own: its service levels say what they are about.",
    "agreement.backs": "It backs {agreements}: what is promised there rests on what is promised here.",
    "agreement.term": "It is in force from {first} to {last}, both days included. Dates and times of day are those of "
    "{zone}, unless another zone is named.",
    "agreement.no_term": "It says no first and no last day. Dates and times of day are those of {zone}, unless another "
    "zone is named.",
    "agreement.numbers": "Numbers before paragraphs are clauses. A name in parentheses is the one by which this "
    "agreement and its reports call what stands before it.",
    "agreement.from_rules": "The sentences on service levels and credits are made from the rules by which reports are "
    "computed. Examples and worked amounts are computed by them too. If a sentence or an amount is not what the "
    "parties meant, they correct it by amending this agreement; until then it applies as written.",
    # definitions
    "agreement.definitions": "Definitions",
    "agreement.word.ticket": "A ticket is the record of an incident, a request, a problem or a change. Its fields, "
    "such "
    "as its priority, service and customer, are those of that record.",
    "agreement.word.phases": "At any time a ticket is new, is active, waits for the customer, waits for a supplier, "
    "waits inside the provider, is scheduled, is resolved, is closed, or is cancelled.",
    "agreement.word.priority": "A ticket's priority follows from its impact and its urgency, as the table below says.",
    "agreement.word.business_day": "A business day is a day on which the hours that count are open or, where a "
    "calendar "
    "names business days, such a day among them. Its open time is spread evenly over it: what begins two hours after "
    "opening ends, one business day later, at the same share of the next business day. Parts of days count.",
    "agreement.word.end_of_day": "The end of business day n is the closing time of the n-th business day after the day "
    "of opening. A ticket opened outside the hours that count is taken as opened when they next begin.",
    "agreement.matrix": "Priority by impact and urgency ({name})",
    "agreement.urgency": "Urgency {level}",
    "agreement.impact": "Impact {level}",
    # services
    "agreement.services": "Services",
    "agreement.beneath": "What these services rest on",
    "agreement.beneath_why": "These services are not promised here. They are described because those that are need "
    "them, or because a service level or an exclusion names them.",
    "agreement.nobody_answers": "Nobody is named who answers for it.",
    "agreement.criticality": "Its criticality is {level}.",
    "agreement.agreed_time": "Its agreed time is {hours}.",
    "agreement.other_maintenance": "Other planned work is maintenance if it is announced at least as long before, the "
    "longest notice above being the one that counts.",
    "agreement.no_maintenance": "It has no fixed window of maintenance. Planned work is maintenance if it was "
    "announced "
    "before it began.",
    "agreement.price": "It costs {money} each time.",
    "agreement.approval": "It is approved by: {by}.",
    # hours
    "agreement.hours": "Hours",
    "agreement.always_title": "Around the clock",
    "agreement.always": "Every day from 00:00 to 24:00, holidays included.",
    "agreement.holidays": "Public holidays of {region} in the term of this agreement, on which {calendar} is closed "
    "(month-day)",
    "agreement.holidays.year": "Year",
    "agreement.holidays.days": "Days",
    "agreement.holidays.note": "Public holidays are those of {region} by law. The days are listed as they are known "
    "today.",
    # how time is counted
    "agreement.counting": "How time is counted",
    "agreement.counting.hours": "A clock runs only in the hours that the service level names. What passes outside "
    "them, "
    "and while the clock stands still, does not count.",
    "agreement.counting.exact": "Counted time is compared with the limit, and never a time of day with another: a "
    "ticket "
    "that is resolved outside the hours, after its limit had been reached exactly at closing time, is in time.",
    "agreement.counting.instant": "What happens at one and the same instant takes effect in this order: the clock "
    "stops, "
    "the ticket is cancelled, the clock is set to zero, it pauses, it goes on, it starts.",
    "agreement.counting.title.response": "The clock of a response",
    "agreement.counting.title.whole": "The clock of a resolution or fulfilment",
    "agreement.counting.title.next_reply": "The clock of a further reply",
    "agreement.counting.title.updates": "The clock of updates",
    "agreement.counting.no_pause": "It never pauses.",
    "agreement.counting.group": "A ticket is with the promiser while its group is {names}.",
    "agreement.runs.ticket": "The clock starts when {starts} and stops when {stops}.",
    "agreement.runs.stay": "The clock starts when the ticket reaches the promiser's people, and stops when it leaves "
    "them or when {stops}, whichever is first.",
    "agreement.runs.next_reply": "The clock starts when the customer writes for the first time after a public reply of "
    "the provider, and stops with the provider's next public reply or when the ticket is resolved. A ticket may have "
    "several such waits; each is judged. The wait from the opening to the first reply is a response and is not among "
    "them.",
    "agreement.runs.updates": "The clock starts when the ticket is opened or reopened, and anew with each public "
    "update "
    "of the provider; it stops with the next public update or when the ticket is resolved. Each such stretch is "
    "judged.",
    "agreement.reopened.resumes": "If the ticket is reopened, the clock goes on where it stood: the time in between "
    "does "
    "not count, the time before does.",
    "agreement.reopened.new_cycle": "If the ticket is reopened, a new clock starts at zero; the verdict of the first "
    "one counts.",
    "agreement.reopened.counts_all": "If the ticket is reopened, all time counts from the first opening to the last "
    "resolution, the time in between included.",
    "agreement.reprioritised.retains": "If the priority changes, the time so far counts against the limit of the new "
    "priority. If it already exceeds that limit, the ticket has missed it at that instant.",
    "agreement.reprioritised.restarts": "If the priority changes, the clock starts anew at zero with the limit of the "
    "new priority.",
    "agreement.reprioritised.per_period": "If the priority changes, each stretch between changes is judged against the "
    "limit of its own priority, and all of them must be in time.",
    "agreement.deadline": "This concerns the displayed due time only: verdicts compare counted time with the limit.",
    # service levels
    "agreement.levels": "Service levels",
    "agreement.levels.caption": "All service levels",
    "agreement.levels.clause": "Clause",
    "agreement.levels.level": "Service level",
    "agreement.levels.promised": "Promised",
    "agreement.levels.period": "Judged",
    "agreement.level.both": "{goal}, {limit}",
    "agreement.level.as_said": "as the clause says",
    "agreement.level.counted": "Time is counted as clause {clause} says, {hours}.",
    "agreement.level.stops": "When a ticket's clock stops, and what a reopening does to it, clause {clause} says.",
    "agreement.level.hours": "This time is counted {hours}.",
    "agreement.level.dated_tickets": "Where a value changes on a date, each ticket is judged by what is in force when "
    "its clock starts. If a period has tickets of both, the share that it must reach is the mean of theirs.",
    "agreement.level.dated": "Where a value changes on a date, a period is judged by what is in force on its first "
    "day.",
    "agreement.about.response": "Response to {of}",
    "agreement.about.resolution": "Resolution of {of}",
    "agreement.about.fulfilment": "Fulfilment of {of}",
    "agreement.about.next_reply": "Further replies on {of}",
    "agreement.about.updates": "Updates on {of}",
    "agreement.about.statistic": "{of}, {word}",
    "agreement.about.share": "Share of {of} where {condition}",
    "agreement.about.count": "Number of {of}",
    "agreement.about.ageing": "Number of open {of}",
    "agreement.about.availability": "Availability of {of}",
    "agreement.about.longest": "Longest outage of {of}",
    "agreement.about.outages": "Number of outages{services}{only}",
    "agreement.about.restore": "Restoring {of}",
    "agreement.about.score": "Customers' feedback, {word} score",
    "agreement.about.metric": "{of}, {word}",
    "agreement.about.other": "Another promise",
    # examples
    "agreement.example.met": "Example: a ticket {events}. It meets {target}.",
    "agreement.example.missed": "Example: a ticket {events}. It misses {target}.",
    "agreement.example.level_met": "Example: {target} comes out at {level}. It is kept.",
    "agreement.example.level_missed": "Example: {target} comes out at {level}. It is missed.",
    "agreement.example.credits": "Example: {target} comes out at {level}. The credit is {amount}, before limits.",
    "agreement.event": "{what} on {at}",
    "agreement.event_from": "{what} from {at} on",
    "agreement.event.opened": "is opened",
    "agreement.event.assigned": "is first assigned",
    "agreement.event.public_reply": "is answered in public",
    "agreement.event.any_action": "is first acted on",
    "agreement.event.acknowledged": "is acknowledged",
    "agreement.event.responded": "is answered",
    "agreement.event.resolved": "is resolved",
    "agreement.event.closed": "is closed",
    "agreement.event.still_open": "is still open",
    "agreement.instant": "{day} {at}",
    "agreement.steps": "How its clock runs (times of {zone})",
    "agreement.steps.at": "When",
    "agreement.steps.what": "What happens",
    "agreement.steps.clock": "The clock then",
    "agreement.steps.counted": "Counted so far",
    "agreement.steps.limit": "The limit is {limit}.",
    "agreement.steps.due": "It is reached on {at}.",
    "agreement.step.starts": "the clock starts",
    "agreement.step.response": "the response",
    "agreement.step.as_of": "looked at",
    "agreement.step.phase": "the ticket {phase}",
    "agreement.clock.runs": "runs",
    "agreement.clock.paused": "stands still",
    "agreement.clock.stopped": "has stopped",
    "agreement.clock.halted": "is over without its stop",
    # how they are judged
    "agreement.judging": "How service levels are judged",
    "agreement.judging.months": "Months, quarters and years begin on day {day} of a month.",
    "agreement.judging.cut": "A first or last period that the term of this agreement cuts is judged on the part that "
    "lies in the term, and marked.",
    "agreement.judging.rolling": "A service level on rolling days has a verdict for each day, from the first day on by "
    "which the term is as long as its window.",
    "agreement.judging.covered": "Where a service level on tickets names no service, it is about tickets of what this "
    "agreement covers: {services}.",
    "agreement.judging.any": "Where a service level on tickets names no service, it is about tickets of any service.",
    "agreement.judging.customer": "Where tickets name their customer, only those of {names}, and those that name none, "
    "count.",
    "agreement.judging.requests": "Requests without a name are requests of every kind: {requests} too.",
    "agreement.judging.priority": "The priority that counts is the last one before the ticket is decided.",
    "agreement.judging.decided": "A ticket is decided when its clock stops in time, or else at the instant at which "
    "its "
    "limit runs out: so every ticket is decided once, and one that stays open is not forgotten. What is decided is not "
    "decided anew.",
    "agreement.judging.reopened_late": "A stop is provisional until the period in which it falls is over: a reopening "
    "before that takes it back, a later one changes nothing in that period and is listed.",
    "agreement.judging.cancelled": "A ticket that is cancelled before it missed is not judged, nor is one that is "
    "closed "
    "without ever being resolved. Both are counted and listed by themselves.",
    "agreement.judging.down": "The agreed time of a service is what chapter {clause} says. Overlapping outages count "
    "once. "
    "Maintenance, hours outside the agreed time and exclusions are united, never added up.",
    "agreement.judging.maintenance": "Announced maintenance is what falls in the windows that are declared for a "
    "service, and other planned work that was announced in time.",
    "agreement.judging.announced": "Announced maintenance is planned work that was announced before it began.",
    "agreement.judging.outages": "An outage is downtime within agreed time without a moment of being up "
    "between; "
    "time outside the agreed hours does not end it and does not count.",
    "agreement.judging.slices": "Slices begin with the period. A slice that the period cuts, or of which nothing is "
    "known, is left out and counted.",
    "agreement.judging.scores": "A score counts in the period in which it is given. It is about the service that it "
    "names, else that of its ticket; one that names neither counts.",
    "agreement.judging.exact": "Figures are compared exactly and rounded only to be shown. A figure that equals what "
    "is "
    "promised keeps it.",
    "agreement.judging.interval": "Every share is shown with the number that it is of, and with its 95 % Wilson "
    "interval, which says how far chance reaches; the verdict follows the figure.",
    "agreement.judging.no_data": "A period in which nothing is there to be judged has no verdict: it is neither kept "
    "nor "
    "missed.",
    "agreement.judging.parts": "Where each value of a field has a verdict of its own, tickets without a value in that "
    "field have one together, and a credit is paid once, for the worst.",
    "agreement.judging.waivers": "A ticket may be waived for a service level, with a reason and the name of who "
    "approved it.",
    "agreement.judging.net": "Verdicts and credits follow the net figure, without what is waived or excluded; the "
    "gross figure stands beside it, with the list of what was taken out.",
    "agreement.exclusions": "Exclusions",
    "agreement.excluded": "What is excluded is not deleted: it is listed with its reason, and the gross figure has it. "
    "Chapter {clause} says how figures are judged.",
    # escalation
    "agreement.escalation": "Escalation",
    "agreement.escalation.once": "A step is taken once for each ticket and clock. While a clock stands still, has "
    "stopped, or the ticket is cancelled, none is taken.",
    "agreement.escalation.hours": "Counted time is that of the ticket's clock, in its hours.",
    "agreement.open_older": "the number of open {population} opened more than {age} before {compared}",
    # credits
    "agreement.credits": "Fees and service credits",
    "agreement.fees": "Fees",
    "agreement.credit": "Credits for {target} (clause {clause})",
    "agreement.limits": "What holds for all credits",
    "agreement.credit.per_miss": "These are the misses of the net figure that are decided in the period.",
    "agreement.credit.repetition": "In a row, a period without a verdict neither counts nor breaks the row, and "
    "counting starts with the term of this agreement.",
    "agreement.credit.order": "Credits of all service levels of a period are added up first. Then the limit for the "
    "period holds and then that for the longer span, less what was credited in it before. In the first year, a share "
    "of "
    "the fee over twelve months is of twelve times the present fee.",
    "agreement.credit.rounding": "Amounts are exact until the end, and rounded once, half up, to the smallest unit of "
    "the currency. Where a service level is judged over a period that spans several fee periods, a "
    "share of the fee is a share of the sum of their fees.",
    "agreement.credit.running": "A period that is still running is shown with what it would pay so far, and pays "
    "nothing.",
    "agreement.worked": "Worked examples for {target}, in {period}",
    "agreement.worked.case": "If it comes out at",
    "agreement.worked.sum": "Sum",
    "agreement.worked.credit": "Credit",
    "agreement.worked.capped": "After limits",
    "agreement.worked.missed": "missed",
    "agreement.worked.repeated": "missed {times}",
    "agreement.worked.note": "Each line by itself, as if nothing else were credited.",
    "agreement.worked.together": "Worked example: if {targets} all come out at their worst in {period}, for the first "
    "time and so without what repetition adds, their credits add up to {summed}, of which {paid} is credited after "
    "limits.",
    # alerts
    "agreement.alerts": "Alerts on error budgets",
    "agreement.budget": "The error budget of a service level is the share that may fail without it being missed. "
    "Alerts "
    "tell early that it is being used up too fast; they change no verdict.",
    "agreement.alerts.caption": "The usual four rates: an alert tells while over both windows the budget is used "
    "faster "
    "than would use this share of it in the long one",
    "agreement.alerts.share": "Share of the budget",
    "agreement.alerts.long": "Long window",
    "agreement.alerts.short": "Short window",
    # keeping it
    "agreement.duties": "Responsibilities",
    "agreement.duty": "The {party} has this duty: {duty}",
    "agreement.review": "Review",
    "agreement.review.every": "The parties review this agreement every {every}.",
    "agreement.service_hours": "Hours of {service}",
    "agreement.users": "{service} counts as having {users}.",
    "agreement.review.first": "The first review is due by {day}.",
    "agreement.backing": "What backs this agreement",
    "agreement.backing.why": "The levels promised here rest on these agreements of the provider.",
    "agreement.backing.caption": "Agreements that back this one",
    "agreement.backing.agreement": "Agreement",
    "agreement.backing.kind": "Kind",
    "agreement.backing.promiser": "Promises",
    "agreement.backing.receiver": "Receives",
    "agreement.backing.term": "Term",
    "agreement.versions": "Versions",
    "agreement.version": "This is version {version}. It takes the place of version {old}.",
    "agreement.version.first": "This is version {version}. It names no version before it.",
    "agreement.versions.version": "Version",
    "agreement.versions.supersedes": "Takes the place of",
    "agreement.versions.term": "Term",
    "agreement.signatures": "Signatures",
    "agreement.signs.promiser": "promises",
    "agreement.signs.receiver": "receives",
    "agreement.place_and_date": "Place and date",
    "agreement.signature": "Name and signature",
}
