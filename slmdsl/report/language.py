"""A language that sentences are made in: templates by key, and how it lists things, numbers and lengths of time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from slmdsl.base.units import HOUR, MILLISECOND, MINUTE, SECOND, Duration, plain
from slmdsl.report.phrases import (
    chinese,
    chinese_agreement,
    chinese_backtest,
    chinese_changes,
    chinese_documents,
    chinese_fit,
    chinese_gaps,
    chinese_models,
    chinese_service,
    chinese_talks,
    english,
    english_agreement,
    english_backtest,
    english_changes,
    english_documents,
    english_fit,
    english_gaps,
    english_models,
    english_service,
    english_talks,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LanguageCode = Literal["en", "zh"]

_UNITS = ((HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (MILLISECOND, "ms"), (1, "us"))

_HAN = "\u4e00-\u9fff"
_WITHIN_CHINESE = re.compile(
    f"(?<=[{_HAN}\u3000-\u303f\uff00-\uffef]) +(?=[{_HAN}\u3000-\u303f\uff00-\uffef])"
)
_BETWEEN_SCRIPTS = re.compile(f"(?<=[{_HAN}])(?=[A-Za-z0-9`+])|(?<=[A-Za-z0-9`%)])(?=[{_HAN}])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Templates by key, all languages with the same keys; what stands between sentences, and around listed words.

    A template is one sentence or phrase with named places: `"{agreement} ends on {day}."`.
    """

    code: LanguageCode
    templates: Mapping[str, str]
    between: str
    """What stands between two sentences."""
    comma: str

    def say(self, key: str, /, **places: object) -> str:
        """Return a template with its places filled in.

        >>> ENGLISH.say("closed_on", when="2027-01-01")
        'Closed 2027-01-01.'
        """
        return self.spaced(self.templates[key].format(**places))

    def spaced(self, words: str) -> str:
        """Return words with blanks between scripts: in Chinese where it meets Latin letters and digits, and only there.

        >>> CHINESE.spaced("全部P1事件，至少 为4 小时")
        '全部 P1 事件，至少为 4 小时'
        """
        if self.code != "zh":
            return words
        return _BETWEEN_SCRIPTS.sub(" ", _WITHIN_CHINESE.sub("", words))

    def listed(self, words: Iterable[str], last: Literal["and", "or"] = "and") -> str:
        """Join words: `a, b and c`.

        >>> ENGLISH.listed(["P1", "P2", "P3"], "or")
        'P1, P2 or P3'
        >>> CHINESE.listed(["P1", "P2", "P3"], "or")
        'P1、P2 或 P3'
        """
        every = list(words)
        if len(every) <= 1:
            return "".join(every)
        return self.say(f"{last}_last", first=self.comma.join(every[:-1]), last=every[-1])

    def counted(self, number: int | Fraction, thing: str) -> str:
        """Return a number of things: `1 ticket`, `3 tickets`."""
        return self.say(f"{thing}.{'one' if number == 1 else 'many'}", n=plain(Fraction(number)))

    def duration(self, length: Duration) -> str:
        """Return a length of time as it was declared: `1 h 30 min`, `3 business days`."""
        if length.business_days:
            return self.counted(length.business_days, "business_day")
        parts = [self.counted(length.days, "day")] if length.days else []
        if length.us or not parts:
            parts.append(self.clock_time(length.us))
        return " ".join(parts)

    def clock_time(self, us: int) -> str:
        """Return microseconds in units, the largest first: `1 h 30 min`."""
        parts, rest = [], us
        for unit_us, unit in _UNITS:
            count, rest = divmod(rest, unit_us)
            if count:
                parts.append(self.say(f"unit.{unit}", n=count))
        return " ".join(parts) or self.say("unit.s", n=0)

    def share(self, share: Fraction) -> str:
        """Return a share in percent: `99.9 %`."""
        return self.say("percent", n=plain(share * 100))

    def sentences(self, sentences: Iterable[str]) -> str:
        """Return sentences as one text, without empty ones."""
        return self.between.join(sentence for sentence in sentences if sentence)


ENGLISH = Language(
    code="en",
    templates=english.TEMPLATES
    | english_backtest.TEMPLATES
    | english_agreement.TEMPLATES
    | english_documents.TEMPLATES
    | english_models.TEMPLATES
    | english_service.TEMPLATES
    | english_talks.TEMPLATES
    | english_changes.TEMPLATES
    | english_fit.TEMPLATES
    | english_gaps.TEMPLATES,
    between=" ",
    comma=", ",
)
CHINESE = Language(
    code="zh",
    templates=chinese.TEMPLATES
    | chinese_backtest.TEMPLATES
    | chinese_agreement.TEMPLATES
    | chinese_documents.TEMPLATES
    | chinese_models.TEMPLATES
    | chinese_service.TEMPLATES
    | chinese_talks.TEMPLATES
    | chinese_changes.TEMPLATES
    | chinese_fit.TEMPLATES
    | chinese_gaps.TEMPLATES,
    between="",
    comma="、",
)

LANGUAGES: dict[LanguageCode, Language] = {"en": ENGLISH, "zh": CHINESE}
