"""What credit clauses pay for the history of a target, before caps: bands, misses, and repetition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import Restore, Share, Statistic, Within
from slmdsl.contract.model.credits import Band, OnMiss, OnRepetition
from slmdsl.evaluate.credits.history import by_unit, enough
from slmdsl.evaluate.credits.records import Credit, CreditKind, Standing
from slmdsl.evaluate.credits.terms import deepest
from slmdsl.evaluate.credits.words import at_level, often_words
from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.credits import CreditAmount, CreditClause
    from slmdsl.evaluate.credits.fees import Fees
    from slmdsl.evaluate.credits.history import Entry
    from slmdsl.evaluate.period_verdicts import PeriodVerdict

_JUDGED = (Word.MET, Word.MISSED, Word.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """A span of time whose credits are not given, and why."""

    from_us: int
    to_us: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """One clause held against one target's history."""

    agreement: Agreement
    fees: Fees
    clause: CreditClause
    history: tuple[Entry, ...]
    withheld: Sequence[Withholding]
    none_until: date | None

    def credits(self) -> Iterator[Credit]:
        """Yield what the clause pays: by period and, in each, in the order of the text."""
        for entry in self.history:
            yield from self._tier(entry)
            for term in self.clause.terms:
                if isinstance(term, OnMiss) and term.each_miss:
                    yield from self._per_miss(entry, term)
        for term in self.clause.terms:
            if isinstance(term, OnRepetition):
                yield from self._on_repetition(term)

    def _tier(self, entry: Entry) -> Iterator[Credit]:
        """Yield what the deepest band reached pays, or else what a missed period pays: once, for the worst part."""
        flat = next(
            (each for each in self.clause.terms if isinstance(each, OnMiss) and not each.each_miss), None
        )
        found = worst(self.clause, entry.rows)
        if found is not None:
            row, band = found
            why = at_level(row, band)
            yield self._credit(entry, CreditKind.BAND, band.pays, band.span, why=why, row=row)
        elif flat is not None and (missed := next(filter(_is_missed, entry.rows), None)) is not None:
            yield self._credit(entry, CreditKind.MISS, flat.pays, flat.span, why="missed", row=missed)

    def _per_miss(self, entry: Entry, term: OnMiss) -> Iterator[Credit]:
        count = _misses(entry)
        if count:
            why = f"{count} {'miss' if count == 1 else 'misses'}"
            row = entry.rows[0] if len(entry.rows) == 1 else None
            yield self._credit(
                entry, CreditKind.PER_MISS, term.pays, term.span, why=why, row=row, times=count
            )

    def _on_repetition(self, term: OnRepetition) -> Iterator[Credit]:
        history = by_unit(self.history, self.agreement, term.missed.unit)
        for entry, count in enough(history, term.missed, Word.MISSED):
            alone = entry.rows[0] if len(entry.rows) == 1 else None
            why = often_words(term.missed, count)
            yield self._credit(entry, CreditKind.REPETITION, term.pays, term.span, why=why, row=alone)

    def _credit(
        self,
        entry: Entry,
        kind: CreditKind,
        pays: CreditAmount,
        clause: Span,
        *,
        why: str,
        row: PeriodVerdict | None,
        times: int = 1,
    ) -> Credit:
        target = entry.rows[0].target
        fees = self.fees.spanned(entry.period, entry.first_day, entry.last_day)
        worth = self.fees.worth(pays, fees=fees, times=times)
        standing, note = self._standing(entry)
        return Credit(
            agreement=self.agreement.name,
            target=target.name,
            kind=kind,
            part=row.part if row else None,
            period=entry.label,
            from_us=entry.from_us,
            to_us=entry.to_us,
            clause=clause,
            level=row.value if row else None,
            unit=worth.unit,
            amount=worth.amount if worth.unit else None,
            standing=standing,
            arithmetic=f"{why}: {worth.words}",
            note=note,
        )

    def _standing(self, entry: Entry) -> tuple[Standing, str]:
        """Return whether a period's credits are given, and if not, why."""
        if self.none_until is not None and entry.first_day < self.none_until:
            return Standing.WITHHELD, f"no credits until {self.none_until.isoformat()}"
        for each in self.withheld:
            if each.from_us < entry.to_us and entry.from_us < each.to_us:
                return Standing.WITHHELD, each.why
        return (Standing.SO_FAR, "so far") if entry.word is Word.RUNNING else (Standing.DUE, "")


def worst(clause: CreditClause, rows: Iterable[PeriodVerdict]) -> tuple[PeriodVerdict, Band] | None:
    """Return the verdict with the deepest band reached, and that band; None where none is reached.

    A level under its `minimum` (no data) pays nothing, and neither does a small period that a few misses may keep.
    """
    found = [
        (row, band)
        for row in rows
        if row.verdict in _JUDGED and row.exact is not None and not _is_kept_small(row)
        for band in [deepest(clause, row.exact)]
        if band is not None
    ]
    return min(found, key=lambda each: _depth(*each), default=None)


def _depth(row: PeriodVerdict, band: Band) -> tuple[object, ...]:
    level = row.exact or 0
    return (band.level, level) if band.below else (-band.level, -level)


def _is_kept_small(row: PeriodVerdict) -> bool:
    """Whether `or M misses under N tickets` keeps the period, whatever its share."""
    form = row.target.form
    if not isinstance(form, Within) or form.small_numbers is None:
        return False
    misses, under = form.small_numbers
    return row.n < under and row.n - row.met <= misses


def _is_missed(row: PeriodVerdict) -> bool:
    """Whether a period is missed, or as things stand would be."""
    if row.verdict is not Word.RUNNING:
        return row.verdict is Word.MISSED
    if row.value is None or row.threshold is None or _is_kept_small(row):
        return False
    form = row.target.form
    at_most = isinstance(form, Statistic) or getattr(form, "at_most", False)
    return row.value > row.threshold if at_most else row.value < row.threshold


def _misses(entry: Entry) -> int:
    """Return the misses of a period: of all parts, or of the window that has the most."""
    counts = [_misses_of(row) for row in entry.rows]
    spans = {(row.from_us, row.to_us) for row in entry.rows}
    return sum(counts) if len(spans) == 1 else max(counts)


def _misses_of(row: PeriodVerdict) -> int:
    """Return the tickets (outages) that missed, net; a target that judges none misses once or not at all."""
    form = row.target.form
    if isinstance(form, Within | Restore):
        return row.n - row.met
    if isinstance(form, Share):
        return row.met if form.at_most else row.n - row.met
    return int(_is_missed(row))
