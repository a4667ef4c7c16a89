"""Statements of every form, derived from the grammar files themselves, so a rule that is added there is tried too.

Only what the grammar cannot say has a recipe of its own: values that exist, and which clauses fit a target.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from slmdsl.syntax.grammars import FAMILIES, grammar_of, grammar_text, terminal_patterns
from slmdsl.syntax.tables.from_lark import parser

if TYPE_CHECKING:
    import random
    from collections import Counter
    from collections.abc import Sequence


class Chooser(Protocol):
    def below(self, count: int) -> int: ...


class Chance:
    """Chooses by a random generator."""

    def __init__(self, generator: random.Random):
        self._generator = generator

    def below(self, count):
        return int(self._generator.random() * count)


# ---- the grammar as it is -------------------------------------------------------------------------------------------


class Rules:
    """The rules of one family: for each symbol its alternatives, the shallowest first, and how deep they are."""

    def __init__(self, family: str):
        self.grammar = grammar_of(FAMILIES[family][0])
        self.of: dict[str, list] = {}
        for rule in parser(grammar_text(family), FAMILIES[family]).rules:
            self.of.setdefault(str(rule.origin.name), []).append(rule)
        self.depth: dict[str, int] = {}
        while any(self._learn(name) for name in self.of):
            pass
        for alternatives in self.of.values():
            alternatives.sort(key=lambda rule: (self.depth_of(rule), len(rule.expansion)))

    def _learn(self, name):
        depths = [depth for rule in self.of[name] if (depth := self.depth_of(rule)) is not None]
        if not depths or self.depth.get(name) == min(depths):
            return False
        self.depth[name] = min(depths)
        return True

    def depth_of(self, rule):
        below = [0 if each.is_term else self.depth.get(each.name) for each in rule.expansion]
        return None if None in below else 1 + max(below)


INSIDE = {"target_promise": "agreements", "set": "studies"}
"""Statements of many forms, which are also asked for by themselves, and their families."""


@cache
def rules_of(start: str) -> Rules:
    family = next((family for family, starts in FAMILIES.items() if start in starts), None)
    return _rules(family or INSIDE[start])


@cache
def _rules(family: str) -> Rules:
    return Rules(family)


def key_of(rule) -> tuple[str, ...]:
    """Return what tells an alternative from others of all families."""
    return (str(rule.origin.name), rule.alias or "", *(each.name for each in rule.expansion))


def reachable() -> set[tuple[str, ...]]:
    """Return every alternative of the grammar that is derived, and not made by a recipe."""
    found: set[tuple[str, ...]] = set()
    for family, starts in FAMILIES.items():
        rules = _rules(family)
        pending, seen = [*starts, *(["form"] if "form" in rules.of else [])], set()
        while pending:
            symbol = str(pending.pop())
            if symbol in seen or hasattr(Statements, f"make_{symbol}"):
                continue
            seen.add(symbol)
            found |= {key_of(rule) for rule in rules.of[symbol]}
            pending += [each.name for rule in rules.of[symbol] for each in rule.expansion if not each.is_term]
    return found


# ---- words and values -----------------------------------------------------------------------------------------------

NAMES = (
    *("P1", "P2", "mail", "till", "desk", "acme_gold", "x", "a_name_that_is_longer_than_its_neighbours"),
    *("été", "e\u0301te\u0301", "服务台", "Ωmega", "данные", "b2", "_hidden"),
)
# Words of the language are names where no keyword can stand.
KEYWORDS = (
    *(
        "target",
        "within",
        "per",
        "on",
        "by",
        "minutes",
        "h",
        "min",
        "mon",
        "for",
        "at",
        "of",
        "from",
        "to",
        "open",
        "with",
    ),
    *(
        "agents",
        "team",
        "service",
        "priority",
        "step",
        "then",
        "late",
        "day",
        "month",
        "mean",
        "as",
        "up",
        "every",
    ),
    *(
        "notify",
        "all",
        "ignore",
        "staff",
        "load",
        "report",
        "source",
        "business",
        "hours",
        "after",
        "until",
        "slm",
    ),
)
ZONES = ("Europe/Amsterdam", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "Asia/Kolkata")
REGIONS = ("NL", "US-CA", "CN", "DE-BY")
STRINGS = (
    *(
        '""',
        '"a"',
        '"Desk *"',
        '"%d/%m/%Y %H:%M"',
        '"# no comment"',
        '"{ not a block }"',
        '"as { \\"x\\" y }"',
    ),
    *('"tab\\t, line\\n, \\\\ and \\""', '"  spaces  kept  "', '"服务, \u00e9"', '"ends with comma,"'),
)


class Statements:
    """Derives statements as lists of words. With `used`, alternatives that were used less are taken more often."""

    def __init__(self, chooser: Chooser, used: Counter | None = None):
        self._chooser = chooser
        self._used = used

    def pick(self, options: Sequence):
        return options[self._chooser.below(len(options))]

    def chance(self, one_in: int) -> bool:
        return self._chooser.below(one_in) == one_in - 1

    def statement(self, start: str, keyword: str | None = None) -> list[str]:
        """Return the words of one statement; `keyword` is what a block's first line starts with."""
        words = self._derived(rules_of(start), start, 0)
        if keyword is not None:
            words[0] = keyword
        return words

    def _derived(self, rules: Rules, symbol: str, depth: int) -> list[str]:
        recipe = getattr(self, f"make_{symbol}", None)
        if recipe is not None:
            return recipe(rules, depth)
        alternatives = rules.of[symbol]
        if depth > 12:
            alternatives = alternatives[:1]
        return self._expanded(rules, self._alternative(alternatives), depth)

    def _alternative(self, rules: list):
        if self._used is not None and self.chance(2):
            return min(rules, key=lambda rule: self._used[key_of(rule)])
        return self.pick(rules)

    def _expanded(self, rules: Rules, rule, depth: int) -> list[str]:
        if self._used is not None:
            self._used[key_of(rule)] += 1
        words: list[str] = []
        for symbol in rule.expansion:
            words += (
                [self._word(rules, symbol.name)]
                if symbol.is_term
                else self._derived(rules, symbol.name, depth + 1)
            )
        return words

    def _word(self, rules: Rules, terminal: str) -> str:
        if terminal == "CLAUSE_COMMA":
            return ","
        if terminal in rules.grammar.word_of:
            return rules.grammar.word_of[terminal]
        recipe = getattr(self, f"word_{terminal.lower()}", None)
        return recipe() if recipe is not None else self.pick(terminal_patterns()[terminal].split("|"))

    # What a terminal looks like, where it is no list of words.

    def word_name(self):
        return self.pick(KEYWORDS if self.chance(15) else NAMES)

    def word_path(self):
        return ".".join(self.pick(NAMES) for _ in range(2 + self._chooser.below(2)))

    def word_string(self):
        return self.pick(STRINGS)

    def word_number(self):
        return self.pick(("1", "2", "5", "12", "28"))

    def word_percent(self):
        return self.pick(("1%", "50%", "99.9%", "100%", "1_000.25%"))

    def word_quantile(self):
        return self.pick(("p5", "p50", "p95", "p99.9"))

    def word_date(self):
        return self.pick(("2027-01-01", "2028-02-29", "2027-12-31"))

    def word_time(self):
        return self.pick(("00:00", "8:00", "12:30", "13:05:30", "23:59:59.5"))

    def word_month_day(self):
        return self.pick(("12-26", "02-29", "01-01"))

    def word_zone(self):
        return self.pick(ZONES)

    def word_region(self):
        return self.pick(REGIONS)

    def word_currency(self):
        return self.pick(("EUR", "USD", "CNY"))

    # What the grammar cannot say.

    def make_duration(self, _rules, _depth):
        """One part, or several with the largest first."""
        if self.chance(4):
            return [self.pick(("1", "3", "2.5")), "business", self.pick(("day", "days", "hours", "h"))]
        units = (
            ("day", "days", "week"),
            ("h", "hr", "hours"),
            ("min", "minutes", "mins"),
            ("s", "sec", "seconds"),
        )
        sizes = (("1", "2"), ("1", "4"), ("1", "30"), ("1", "45", "0.5"))
        first = self._chooser.below(4)
        words = [self.pick(sizes[first]), self.pick(units[first])]
        while first < 3 and self.chance(3):
            first += 1
            words += [self.pick(sizes[first]), self.pick(units[first])]
        return words

    def make_number(self, _rules, _depth):
        return [self.pick(("0", "1", "2.5", "1_000", "0.125"))]

    def make_money(self, _rules, _depth):
        return [self.word_currency(), self.pick(("1", "42_000", "1_150.50", "0.5"))]

    def make_version_line(self, _rules, _depth):
        return ["slm", "1"]

    def make_constant(self, _rules, _depth):
        return [self.pick((*NAMES, "ignore", "5", "hosting.east"))]

    def make_shows(self, _rules, _depth):
        return ["shows", *self._some_of(("summary", "targets", "breaches", "intake"))]

    def make_languages(self, _rules, _depth):
        return ["language", *self._some_of(("en", "zh"))]

    def _some_of(self, options):
        words = [self.pick(options)]
        while self.chance(2):
            words += [",", self.pick(options)]
        return words

    def make_desk_state(self, rules, depth):
        """A condition on the desk counts open tickets."""
        words = self._expanded(rules, self._alternative(rules.of["desk_state"]), depth)
        counts = words[0] not in {"backlog", "outage", "declared", "open"}
        return ["open", *words] if counts else words

    # ---- targets ----

    def make_target_promise(self, rules, depth):
        form = self._alternative(rules.of["form"])
        words = ["target", self.word_name(), ":", *self._expanded(rules, form, depth)]
        modifiers = self._modifiers(form.alias or "", words)
        clauses = self._values(form.alias or "") + [
            self.pick(options) for options in modifiers if self.chance(3)
        ]
        return words + self._shuffled(clauses)

    def _values(self, form: str) -> list[list[str]]:
        """Return limits, goals and bounds that fit a form, each with the date from which it holds."""
        bounds = {
            "form_statistic": self._limit,
            "form_longest": self._limit,
            "form_share": self._share,
            "form_availability": self._share,
        }
        if form in {"form_within", "form_restore"}:
            return self._limits_and_goals()
        if form == "form_updates":
            return self._dated([self._goal]) if self.chance(2) else []
        side = self.pick(SIDES.get(form, ("most", "least")))
        value = bounds.get(form, self._number)
        return self._dated([lambda: ["at", side, *value()]])

    def _limits_and_goals(self):
        if self.chance(3):
            return self._dated([self._within, self._goal])
        lone = [[self._goal()], [self._within()]]
        if self.chance(2):
            many, one = self._dated([self._within]), self.pick(([], lone[0]))
        else:
            many, one = self._dated([self._goal]), lone[1]
        return [*one, *many] if self.chance(2) or many[0][0] == "for" else [*many, *one]

    def _dated(self, makers) -> list[list[str]]:
        """Return what `makers` make, and for some of them what holds from a day on."""
        values = [make() for make in (makers if self.chance(2) else makers[::-1])]
        for day in ("2027-07-01", "2028-01-01")[: self._chooser.below(3)]:
            later = [make() for make in makers]
            values.append(["from", day, *([","] if self.chance(8) else []), *later[0]])
            values += later[1:]
        return values

    def _within(self):
        if self.chance(4):
            return ["by", "end", "of", "2", "business", "days"]
        return ["within", *self.make_duration(None, 0)]

    def _goal(self):
        return ["for", self.word_percent()]

    def _limit(self):
        return self.make_duration(None, 0)

    def _share(self):
        return [self.word_percent()]

    def _number(self):
        return self.make_number(None, 0)

    def _modifiers(self, form: str, words: Sequence[str]):
        """Return the ways to say each clause that a form takes beside its values."""
        period = (
            *(["each", unit] for unit in ("day", "month", "quarter")),
            *(["each", "rolling", "1", "months"], ["each", "rolling", "28", "days"]),
            *([["at", "end", "of", "year"]] if form in {"form_share", "form_count"} else []),
        )
        plurals = [word for word in words if word in {"incidents", "requests", "problems", "changes"}]
        nouns = {"form_score": ["answers"], "form_metric": ["samples"]}.get(form, ["tickets", *plurals[:1]])
        small = tuple([",", "or", "1", miss, "under", "20", "tickets"] for miss in ("miss", "misses"))
        methods = (
            *(["by", word] for word in ("minutes", "events", "user_minutes")),
            ["by", "slices", "of", "5", "min", "at", "least", "99%"],
            ["by", "mean", "of", "slices", "of", "5", "minutes"],
        )
        options = {
            "on": (["on", self.word_name()], ["on", "always"]),
            "maintenance": (["excluding", "maintenance"], ["maintenance", "as", "up"]),
            "counted": (["counted", "when", "opened"], ["counted", "when", "resolved"]),
            "per": (["per", self.word_name()],),
            "minimum": tuple(["minimum", "30", noun] for noun in nouns),
            "unknown": (["unknown", "as", "up"], ["unknown", "as", "down"]),
            "small": small,
            "by": methods,
            "data": (["data", "loss", "at", "most", "15", "min"],),
        }
        return (period, *(options[each] for each in TAKES[form].split()))

    def _shuffled(self, clauses):
        """Return the clauses with the modifiers anywhere among the values, whose order matters; commas at random."""
        words: list[str] = []
        values = [clause for clause in clauses if clause[0] in {"within", "for", "from"} or _is_value(clause)]
        others = [clause for clause in clauses if clause not in values]
        while values or others:
            source = values if values and (not others or self.chance(2)) else others
            clause = source.pop(0 if source is values else self._chooser.below(len(source)))
            comma = clause[0] != "," and self.chance(2)
            words += [",", *clause] if comma else clause
        return words


SIDES = {
    **dict.fromkeys(("form_statistic", "form_longest", "form_outage_count"), ("most",)),
    "form_availability": ("least",),
}
"""The sides that bounds of a form have; both where nothing is said."""

TAKES = {
    "form_within": "on counted per minimum small",
    "form_statistic": "on counted per minimum",
    "form_score": "per minimum",
    "form_metric": "minimum",
    "form_share": "counted per minimum",
    "form_count": "counted per minimum",
    "form_outage_count": "maintenance",
    "form_availability": "by maintenance unknown",
    "form_updates": "on counted per minimum small",
    "form_longest": "maintenance unknown",
    "form_restore": "on maintenance data",
}
"""The clauses that a form takes beside a period and its values."""


def _is_value(clause):
    return clause[:2] in (["at", "most"], ["at", "least"], ["by", "end"])
