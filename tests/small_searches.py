"""Tiny desks to choose from, of many kinds: for each a text, and what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass

from slmdsl.contract import check
from slmdsl.syntax.parse import parse

_TEXT = """\
provider us "Our IT"
customer them "Retail"
team desk "Service desk"
team apps "Applications"
service mail "E-mail" {{
  components  box, disk, fan
  needs       box, disk, fan
  owner       desk
}}

calendar office "Office hours" {{
  timezone  UTC
  open      mon..fri 08:00-18:00
}}

clock counted {{
  starts    at opened
  responds  at any_action
  stops     at resolved
  pauses    while wait_customer
  runs      on office
}}

sla gold "Gold" {{
  between   us and them
  clock     counted
  timezone  UTC
  {targets}
}}

staff desk {{
  timezone  UTC
  {desk}
}}

staff apps {{
  timezone  UTC
  {apps}
}}

load weeks {{
  incidents {{
    {stream}
  }}
  {load}
}}

scenario base {{
  load  weeks
  slas  gold
}}
{scenarios}
experiment search {{
  scenarios     {of}
  {vary}
  find          cheapest where {find}
  horizon       2027-03-01 .. {last}, warm up 3 days
  replications  {most}
  confidence    95%
  seed          {seed}
}}
"""
_FIX = "target fix: resolution of incidents within 4 h for 80% each week"
_ANSWER = "target answer: response of incidents within 30 min for 80% each week"
_DESK = "shift day mon..fri 08:00-18:00 2 agents\n  cost EUR 40 per agent hour"
_APPS = "shift day mon..fri 08:00-18:00 2 agents\n  cost EUR 55 per agent hour"
_ONE_STEP = """rate 8 per day
    in mail 100%
    priority P1 10%, P2 30%, P3 60%
    start at desk
    step desk {
      works  lognormal(median 45 min, p90 2 h)
      then   resolved 100%
    }"""
_TWO_STEPS = """rate 8 per day
    in mail 100%
    priority P1 10%, P2 30%, P3 60%
    start at desk
    step desk {
      works  lognormal(median 20 min, p90 1 h)
      then   resolved 60%, apps 40%
    }
    step apps {
      works  lognormal(median 60 min, p90 2 h)
      then   resolved 100%
    }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A search among a few variants of a tiny desk; `is_close` if a candidate may lie near what is wanted."""

    name: str
    find: str
    vary: str = ""
    targets: str = _FIX
    desk: str = _DESK
    apps: str = _APPS
    stream: str = _ONE_STEP
    load: str = ""
    scenarios: str = ""
    of: str = "base"
    last: str = "2027-03-14"
    most: int = 200
    seed: int = 7
    is_close: bool = False

    @property
    def text(self) -> str:
        """The model and its experiment `search`."""
        vary = f"vary          {self.vary}" if self.vary else ""
        return _TEXT.format(
            targets=self.targets,
            desk=self.desk,
            apps=self.apps,
            stream=self.stream,
            load=self.load,
            scenarios=self.scenarios,
            of=self.of,
            vary=vary,
            find=self.find,
            last=self.last,
            most=self.most,
            seed=self.seed,
        )

    def contract(self):
        """Return its contract, without errors."""
        parsed = parse(self.text, f"{self.name}.slm")
        contract, found = check([parsed.tree], texts={f"{self.name}.slm": parsed.text})
        errors = [each.message for each in (*parsed.diagnostics, *found) if each.is_error]
        assert not errors, (self.name, errors)
        return contract


_SHIFTS = """shift early mon..fri 08:00-14:00 1 agent
  shift late mon..fri 12:00-18:00 1 agent
  cost EUR 40 per agent hour"""
_BURSTS = _ONE_STEP.replace(
    "rate 8 per day", "rate 8 per day, varying 30%, correlated 0.3\n    burst of geometric(mean 2)"
)
_WAITS = """
    waits for customer 40% for lognormal(median 2 h, p90 8 h) on office
    reopens 15% after exponential(mean 6 h)"""
_PATIENT = _ONE_STEP.replace(
    "works  lognormal", "gives up 50% after exponential(mean 2 h)\n      works  lognormal"
)
_BOX = (
    "component mail.box, mail.disk, mail.fan fails every exponential(mean 20 h),"
    " repaired in lognormal(median 5 h, p90 9 h), crew of 1"
)

SMALL = (
    Small(name="one_group", vary="desk.day agents 2 .. 5", find="chance of gold.fix >= 68%"),
    Small(
        name="by_priority",
        targets="target p2: response of P2 incidents within 1 h for 80% each week\n  " + _FIX,
        desk=_DESK + "\n  queue by priority",
        vary="desk.day agents 2 .. 5",
        find="chance of gold.p2 >= 71%",
    ),
    Small(
        name="two_groups",
        stream=_TWO_STEPS,
        vary="desk.day agents 1 .. 3, apps.day agents 1 .. 3",
        find="chance of gold.fix >= 54%",
        most=400,
    ),
    Small(
        name="by_deadline",
        targets="target p1: resolution of P1 incidents within 2 h for 50% each week\n  "
        "target p3: resolution of P2, P3 incidents within 5 h for 80% each week",
        desk=_DESK + "\n  queue by deadline",
        vary="desk.day agents 2 .. 5",
        find="chance of gold.p3 >= 82%",
    ),
    Small(
        name="two_shifts",
        desk=_SHIFTS,
        vary="desk.early agents 1 .. 3, desk.late agents 1 .. 3",
        find="chance of gold.fix >= 40%",
    ),
    Small(
        name="hands_over",
        desk=_SHIFTS + "\n  shift_end hands_over\n  queue by priority",
        vary="desk.early agents 1 .. 4",
        find="chance of gold.fix >= 60%",
    ),
    Small(
        name="on_call",
        targets="target p1: resolution of P1, P2 incidents within 40 min for 70% each week",
        desk=_DESK + "\n  on_call otherwise 1 agent for P1, P2 after 30 min\n  queue by priority",
        vary="desk.day agents 1 .. 4",
        find="chance of gold.p1 >= 78%",
    ),
    Small(name="throughout", vary="desk.day agents 2 .. 6", find="chance of gold.fix >= 80% throughout"),
    Small(
        name="two_wanted",
        targets=f"{_FIX}\n  {_ANSWER.replace('30 min', '2 h')}",
        vary="desk.day agents 2 .. 6",
        find="chance of gold.fix >= 70% and chance of gold.answer >= 70%",
        most=400,
    ),
    Small(
        name="absence",
        desk=_DESK.replace("2 agents", "4 agents"),
        vary="desk absence 0% .. 45% step 15%",
        find="chance of gold.fix >= 72%",
    ),
    Small(
        name="lines",
        targets=_ANSWER.replace("80%", "70%"),
        vary="desk lines 1 .. 7 step 2",
        find="chance of gold.answer >= 60%",
    ),
    Small(
        name="factor",
        desk=_DESK.replace("2 agents", "4 agents"),
        vary="incidents * 0.6 .. 1.5 step 0.3",
        find="chance of gold.fix >= 78%",
    ),
    Small(
        name="scenarios",
        stream=_TWO_STEPS,
        scenarios="""
scenario more_desk from base {
  set desk.day agents 3
}
scenario more_apps from base {
  set apps.day agents 3
}
scenario more_of_both from more_desk {
  set apps.day agents 3
}
scenario swapped from base {
  set desk.day agents 4
  set apps.day agents 1
}
""",
        of="base, more_of_both, more_apps, swapped, more_desk",
        find="chance of gold.fix >= 88%",
    ),
    Small(
        name="limits",
        desk=_DESK.replace("2 agents", "3 agents"),
        vary="gold.fix within 2 h .. 8 h step 2 h",
        find="chance of gold.fix >= 75%",
    ),
    Small(name="nothing_keeps", vary="desk.day agents 2 .. 3", find="chance of gold.fix >= 95%"),
    Small(name="all_keep", vary="desk.day agents 5 .. 7", find="chance of gold.fix >= 50%"),
    Small(
        name="preempts",
        targets="target p1: resolution of P1, P2 incidents within 4 h for 75% each week",
        desk=_DESK + "\n  queue by priority\n  preempt for P1, P2",
        vary="desk.day agents 1 .. 4",
        find="chance of gold.p1 >= 70%",
    ),
    Small(
        name="waits",
        stream=_ONE_STEP + _WAITS,
        vary="desk.day agents 2 .. 5",
        find="chance of gold.fix >= 57%",
    ),
    Small(
        name="gives_up",
        targets=_ANSWER,
        stream=_PATIENT,
        vary="desk.day agents 2 .. 5",
        find="chance of gold.answer >= 52%",
    ),
    Small(name="bursts", stream=_BURSTS, vary="desk.day agents 2 .. 6", find="chance of gold.fix >= 60%"),
    Small(
        name="rate",
        desk=_DESK.replace("2 agents", "4 agents"),
        vary="weeks.incidents rate 6 .. 12 step 2 per day",
        find="chance of gold.fix >= 72%",
    ),
    Small(
        name="agreement",
        targets=f"valid 2027-03-01 .. 2027-03-14\n  {_FIX}\n  {_ANSWER}".replace("each week", "each month"),
        vary="desk.day agents 3 .. 6",
        find="chance of gold >= 43%",
        most=400,
    ),
    Small(
        name="crew",
        targets="target up: availability of mail at least 40% each week",
        load=_BOX,
        vary="mail.box crew of 1 .. 4",
        find="chance of gold.up >= 60%",
    ),
    Small(name="close", vary="desk.day agents 2 .. 5", find="chance of gold.fix >= 84%", is_close=True),
)
BY_NAME = {each.name: each for each in SMALL}
