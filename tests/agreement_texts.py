# ruff: noqa: E501 - a statement is a line
"""Agreements with every form that the model knows, small enough to be said some thousand times."""

CATALOGUE = """
provider globex "Globex IT" {
  contact "duty@globex.example"
  contact lead "lead@globex.example"
}
customer acme "Acme BV" {
  users 1_850
  known as "Acme*"
}
customer other "Another customer" {
}
team desk "Service desk" {
  known as "Desk*", "1st line"
}
team apps "Applications" {
}
field site
field channel
field handed_over
calendar office "Office hours" {
  timezone       Europe/Amsterdam
  open           mon..fri 08:00-12:30, 13:00-18:00
  open           sat 09:00-13:00
  holidays       NL
  closed         every 12-26, 2027-05-07, 2027-08-02 .. 2027-08-06
  closed         2027-12-24 12:00-18:00
  open           2027-12-18 09:00-17:00
  business days  mon..fri
}
calendar nights "Nights" {
  timezone  Asia/Kolkata
  open      mon..sun 22:30-06:30
}
service wan "Network" {
  owner  apps
}
service hosting "Hosting" {
  owner       apps
  components  east, west
  needs       any 1 of (east, west)
}
service mail "Mail" {
  \"\"\"
  Mailboxes for all.
  \"\"\"
  owner        apps
  users        acme
  criticality  high
  hours        always
  needs        wan, hosting
  maintenance  second sunday of month 02:00-06:00 Europe/Amsterdam, notice 5 days
  maintenance  day 15 of month 01:00-02:00 Europe/Amsterdam
  maintenance  2027-03-07 01:00-02:00 Europe/Amsterdam
  maintenance  every day 03:00-03:10 Europe/Amsterdam
}
service till "Tills" {
  hours   mon..sun 07:00-22:00 Europe/Amsterdam
  needs   wan
  metric  answer_ms in ms
}
request laptop "New laptop" {
  service   mail
  owner     desk
  price     EUR 1_150
  approval  "line manager"
}
request badge "New badge" {
  service  mail
}
priorities itil "The matrix" {
  urgency              high  low
  impact   widespread  P1    P2
  impact   single      P2    P3
}
clock usual {
  starts         at opened
  responds       at public_reply
  stops          at resolved
  pauses         while wait_customer, scheduled
  runs           on office
  reopened       resumes
  reprioritised  retains
  deadline       at closing
}
"""

TICKETS = """
escalation ladder {
  at 50% of response              notify owner
  30 min before due of resolution notify globex.lead, "duty@acme.example"
  2 h after breach of resolution  notify apps every 4 h up to 3 times
  1 h wall after breach of fulfilment notify apps every 2 h
  at 100% of resolution           reassign to apps
  when open P1 incidents > 2 and backlog of desk > 60       declare crowded
  when outage of mail lasts 20 min or declared crowded      notify apps
}
sla tickets "Tickets" {
  \"\"\"
  What is promised of tickets.
  \"\"\"
  between     globex and acme
  covers      mail, till, laptop
  valid       2027-01-01 .. 2027-12-31
  version     "2.1" supersedes "2.0"
  timezone    Europe/Amsterdam
  months      from day 16
  review      every quarter
  clock       usual
  escalation  ladder
  target answer:   response of P1, P2 incidents in mail within 15 min for 95% each month on always
  target fix:      resolution of P2 incidents where channel = "phone" and site is known within 8 h,
    from 2027-07-01 within 6 h for 90%, or 1 miss under 20 tickets each month per site
  target laptops:  fulfilment of laptop requests by end of 5 business days for 95%, from 2027-07-01 for 97% each quarter
  target replies:  next_reply of incidents within 2 h for 90% each week counted when opened
  target informed: updates of P1 incidents every 30 min for 95% each year
  target typical:  median resolution of problems at most 3 business days each quarter
  target average:  mean response of P1 incidents at most 5 h each month, minimum 12 tickets
  target slow:     p95 resolution of changes where not (channel in ("web", phone) or reopenings > 2) at most 50 h each rolling 28 days
  target reopened: share of incidents where reopenings > 0 at most 5% each month
  target by_web:   share of requests where channel = "web" at least 30% each month counted when opened
  target many:     count of P1 incidents at most 20 each month
  target waiting:  count of open incidents older than 30 business days at most 10 at end of month
  target queue:    count of open P1 problems at most 4 at end of quarter
  exclude incidents where channel is missing because "Clause 7"
  exclude outages in wan where cause = fire because "Clause 12"
  example answer opened 2027-03-05 17:00, wait_customer 2027-03-05 17:10, public_reply 2027-03-05 17:15 met
  example laptops opened 2027-03-05 17:00, still open 2027-03-15 12:00 missed
  example reopened at 4% met
  responsibility customer "Reports by phone."
  responsibility provider "Keeps informed."
}
"""

UPTIME = """
sla uptime "Uptime" {
  between   globex and acme
  covers    mail, till
  valid     2027-01-01 .. 2027-06-30
  timezone  Europe/Amsterdam
  clock     usual
  target up:       availability of mail by minutes at least 99.9%, from 2027-03-01 at least 99.95% each month excluding maintenance
  target tills:    availability of till by minutes at least 99.5% each month, unknown as down
  target events:   availability of till by events at least 99.9% each rolling 28 days, maintenance as up, minimum 50 events
  target slices:   availability of mail by slices of 5 min at least 99% at least 99.9% each month
  target means:    availability of mail by mean of slices of 10 min at least 99.9% each month
  target users:    availability of mail by user_minutes at least 99.9% each month
  target longest:  longest outage of mail at most 2 h each month, unknown as up
  target outages:  count of outages of mail where cause = fire at most 2 each month
  target recovery: restore of mail within 4 h for 90%, data loss at most 15 min each year
  target score:    mean score of feedback at least 4.2 each quarter, minimum 30 answers
  target middling: median score of feedback at least 4 each quarter
  target speed:    p99 of till.answer_ms at most 800 ms each day
  alert up         standard notify apps, globex.lead
  alert events     when burn > 10 over 30 min and 5 min notify "duty@globex.example"
}
"""

MONEY = """
sla money "Money" {
  between   globex and acme
  covers    mail
  valid     2027-01-01 .. 2028-12-31
  timezone  Europe/Amsterdam
  months    from day 31 clamp
  clock     usual
  target up:      availability of mail by minutes at least 99.9% each month
  target fix:     resolution of P1 incidents within 4 h for 90% each month
  target later:   resolution of P2 incidents within 9 h for 90% each month
  target mean:    mean resolution of P1 incidents at most 5 h each quarter
  fee EUR 42_000 each month
  credit up    below 99.9% pays 2% of fee, below 99.0% pays 10% of fee
  credit fix   pays EUR 750 per miss, missed 3 of 6 months pays 4% of fee
  credit later pays 1.5% of fee, missed 3 months in a row pays 5% of fee
  credit mean  above 5 h pays 3% of fee, above 7 h pays EUR 4_000
  cap credits 15% of fee each month, 10% of fee each rolling 12 months
  no credits until 2027-04-01
  earn back up met 3 months in a row 50%
  terminate when fix missed 6 of 12 months
  assumes incidents at most 3_000 each month, above it no credits because "Clause 4"
  example up at 99.2% credits EUR 840
}
sla scores "Points" {
  between   globex and acme
  covers    mail
  valid     2027-01-01 .. 2027-12-31
  timezone  Europe/Amsterdam
  clock     usual
  target reopened: share of incidents where reopenings > 0 at most 2% each month
  credit reopened above 2% pays 1.5 points, above 3% pays 2 points
  cap credits 10 points each month
}
"""

INNER = """
ola inner "The desk backs all" {
  between   desk and globex
  supports  tickets
  clock     usual
  counts    over_stays
  target pick_up: response of P1 incidents within 10 min for 95% each month on always
  target fix:     resolution of P1 incidents within 3 h for 92% each month
  target back:    share of incidents where reopenings > 0 at most 3% each month
}
contract outer "The lines" {
  between   apps and globex
  supports  tickets
  target up: availability of wan at least 99.98% each month
}
"""

WHOLE = CATALOGUE + TICKETS + UPTIME + MONEY + INNER
