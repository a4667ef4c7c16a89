"""Credits of one agreement settled period by period: summed, capped, rounded once, and partly earned back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import local_date
from slmdsl.base.units import Ratio
from slmdsl.contract.model.agreements import CalendarPeriod, RollingPeriod
from slmdsl.contract.model.credits import RollingMonths
from slmdsl.evaluate.credits.fees import MONTH, said
from slmdsl.evaluate.credits.history import LENGTHS, by_unit, enough
from slmdsl.evaluate.credits.records import POINTS, Credit, CreditAccount, CreditKind, CreditTotal, Standing
from slmdsl.evaluate.credits.terms import half_up
from slmdsl.evaluate.credits.words import cap_words, often_words
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.rules.periods import PeriodGrid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.agreements import Period
    from slmdsl.contract.model.credits import Cap, EarnBack
    from slmdsl.evaluate.credits.fees import Fees
    from slmdsl.evaluate.credits.history import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A right to earn credits back that arose: with this period, because it was met so often."""

    earn_back: EarnBack
    entry: Entry
    why: str


def chances(earn_back: EarnBack, history: tuple[Entry, ...], fees: Fees) -> Iterator[Chance]:
    """Yield each period in which a target was met often enough to earn credits back."""
    entries = by_unit(history, fees.agreement, earn_back.met.unit)
    for entry, count in enough(entries, earn_back.met, Word.MET):
        yield Chance(earn_back=earn_back, entry=entry, why=often_words(earn_back.met, count, "met"))


@dataclass(slots=True, kw_only=True, eq=False)
class Settlement:
    """The books of one agreement: credits in, in the order of the text, and what is paid and returned out.

    Credits fall into the period in which theirs ends. Those periods are the shortest of the caps' calendar periods, or
    else the fee's; beside a rolling cap, which binds at the end of each fee period, they are never longer than that.
    """

    fees: Fees
    caps: Sequence[Cap]
    grid: PeriodGrid
    paid: dict[str, list[tuple[date, Fraction]]] = field(default_factory=dict)
    """What was paid by unit: the last day of a period, and whole minor units or points."""

    @classmethod
    def of(cls, fees: Fees) -> Settlement:
        """Return the empty books of an agreement with a plan of credits."""
        plan = fees.agreement.credits
        caps = plan.caps if plan else ()
        units = [cap.period.unit for cap in caps if isinstance(cap.period, CalendarPeriod)]
        if len(units) < len(caps) or not units:
            units.append(fees.period.unit)
        unit = min(units, key=LENGTHS.index)
        return cls(fees=fees, caps=caps, grid=PeriodGrid.of(CalendarPeriod(unit=unit), fees.agreement))

    def settle(self, paying: Sequence[Credit], earned: Sequence[Chance]) -> CreditAccount:
        """Return credits with what caps leave of them, what was earned back, and the totals of each period."""
        due = [each for each in paying if each.standing is Standing.DUE and each.amount is not None]
        numbers = {id(each): self._number(each.to_us) for each in due}
        rights = [(self._number(each.entry.to_us), each) for each in earned]
        settled: dict[int, Credit] = {}
        returned: list[Credit] = []
        pending: list[Credit] = []
        totals: list[CreditTotal] = []
        for number in sorted({*numbers.values(), *(number for number, _ in rights)}):
            here = [each for each in due if numbers[id(each)] == number]
            books = {
                unit: self._capped(number, unit, here)
                for unit in dict.fromkeys(str(each.unit) for each in here)
            }
            for rows, _ in books.values():
                settled |= rows
                pending += rows.values()
            back: list[Credit] = []
            for _, chance in sorted(
                (each for each in rights if each[0] == number), key=lambda each: each[1].entry.to_us
            ):
                given, pending = _earned_back(self.fees, chance, pending)
                back += given
            returned += back
            totals += self._totals(number, {unit: total for unit, (_, total) in books.items()}, back)
        return CreditAccount(
            credits=(*(settled.get(id(each), each) for each in paying), *returned), totals=tuple(totals)
        )

    def _number(self, to_us: int | None) -> int:
        return self.grid.number_of(local_date(ZoneInfo(self.fees.agreement.zone), (to_us or 0) - 1))

    def _capped(self, number: int, unit: str, due: Sequence[Credit]) -> tuple[dict[int, Credit], CreditTotal]:
        """Return the credits of one period in one unit, by identity, with what caps leave of each, and their total."""
        # What an earlier period was given stays given, whatever stands before it in the text.
        rows = sorted((each for each in due if each.unit == unit), key=lambda each: each.to_us or 0)
        summed = sum((each.amount or Fraction(0) for each in rows), Fraction(0))
        last_day = self.grid.first_day(number + 1) - timedelta(days=1)
        rooms = [room for cap in self.caps if (room := self._room(cap, unit, last_day)) is not None]
        left = min([summed, *(max(room.left, Fraction(0)) for room in rooms)])
        words = "; ".join(room.words(summed, unit) for room in rooms)
        total = CreditTotal(
            agreement=self.fees.agreement.name,
            period=self.grid.label(number),
            unit=unit,
            summed=summed,
            paid=_whole(left, unit),
            returned=Fraction(0),
            arithmetic=words,
        )
        self.paid.setdefault(unit, []).append((last_day, total.paid))
        return dict(_shared_out(rows, left, unit, words)), total

    def _room(self, cap: Cap, unit: str, day: date) -> Room | None:
        """Return what a cap leaves for the period that ends on `day`; None of a cap in another unit."""
        first, last = self._span(cap.period, day)
        worth = self.fees.worth(cap.amount, fees=self.fees.capped(cap.period, first, last))
        if worth.unit != unit:
            return None
        given = sum(
            (paid for paid_on, paid in self.paid.get(unit, ()) if first <= paid_on <= last), Fraction(0)
        )
        return Room(cap=cap, most=worth.amount, given=given, arithmetic=worth.words)

    def _span(self, period: Period | RollingMonths, day: date) -> tuple[date, date]:
        """Return the first and last day of the span of a cap that ends with, or holds, `day`."""
        if isinstance(period, RollingPeriod):
            return day - timedelta(days=period.days - 1), day
        rolling = isinstance(period, RollingMonths)
        grid = PeriodGrid.of(MONTH if isinstance(period, RollingMonths) else period, self.fees.agreement)
        number = grid.number_of(day)
        first = number - period.months + 1 if isinstance(period, RollingMonths) else number
        return grid.first_day(first), day if rolling else grid.first_day(number + 1) - timedelta(days=1)

    def _totals(
        self, number: int, books: Mapping[str, CreditTotal], back: Sequence[Credit]
    ) -> Iterator[CreditTotal]:
        label, name = self.grid.label(number), self.fees.agreement.name
        for unit in dict.fromkeys([*books, *(str(each.unit) for each in back)]):
            returned = -sum((each.capped or Fraction(0) for each in back if each.unit == unit), Fraction(0))
            nothing = CreditTotal(
                agreement=name,
                period=label,
                unit=unit,
                summed=Fraction(0),
                paid=Fraction(0),
                returned=returned,
                arithmetic="",
            )
            yield replace(books[unit], returned=returned) if unit in books else nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a cap lets be paid, and what of that was paid before."""

    cap: Cap
    most: Fraction
    given: Fraction
    arithmetic: str

    @property
    def left(self) -> Fraction:
        """What may still be paid."""
        return self.most - self.given

    def words(self, summed: Fraction, unit: str) -> str:
        """Say the cap and whether a sum reaches it."""
        before = f", {said(self.given, unit)} given before" if self.given else ""
        reached = f"leaves {said(max(self.left, Fraction(0)), unit)}" if summed > self.left else "not reached"
        figure = self.arithmetic.rpartition(" = ")[2]
        return f"{cap_words(self.cap)} = {figure}{before}, {reached}"


def _whole(amount: Fraction, unit: str) -> Fraction:
    return amount if unit == POINTS else Fraction(half_up(amount))


def _shared_out(
    rows: Sequence[Credit], left: Fraction, unit: str, words: str
) -> Iterator[tuple[int, Credit]]:
    """Yield the credits with their part of what is left: the first in the text first, the rounded parts adding up."""
    before = Fraction(0)
    for row in rows:
        after = min(before + (row.amount or Fraction(0)), left)
        part = _whole(after, unit) - _whole(before, unit)
        yield id(row), replace(row, capped=part, caps=words)
        before = after


def _earned_back(fees: Fees, chance: Chance, pending: list[Credit]) -> tuple[list[Credit], list[Credit]]:
    """Return what a right gives back of the target's credits before its period, and the credits still to earn back."""
    earn_back, entry = chance.earn_back, chance.entry
    mine = [
        each
        for each in pending
        if each.target == earn_back.target and each.capped and (each.to_us or 0) <= entry.from_us
    ]
    given = []
    for unit in dict.fromkeys(str(each.unit) for each in mine):
        whole = sum((each.capped or Fraction(0) for each in mine if each.unit == unit), Fraction(0))
        back = whole * earn_back.share
        share = Ratio(earn_back.share)
        given.append(
            Credit(
                agreement=fees.agreement.name,
                target=earn_back.target,
                kind=CreditKind.EARN_BACK,
                period=entry.label,
                from_us=entry.from_us,
                to_us=entry.to_us,
                clause=earn_back.span,
                unit=unit,
                amount=-back,
                capped=-_whole(back, unit),
                arithmetic=f"{chance.why}: {share} of {said(whole, unit)} = {said(back, unit)} returned",
            )
        )
    return given, [each for each in pending if not any(each is one for one in mine)]
