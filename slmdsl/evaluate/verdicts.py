"""What an evaluation answers: one row per target, part and period, and frames made from them when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.evaluate.budgets.book import BudgetBook
    from slmdsl.evaluate.credits.records import CreditAccount
    from slmdsl.evaluate.from_log import Evaluation
    from slmdsl.evaluate.period_verdicts import Judged, PeriodVerdict


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdicts:
    """The answer of `slmdsl.evaluate`: verdicts per target and period, and what every ticket was judged to be.

    `periods` are the rows as they were counted; `targets`, `tickets`, `credits`, `escalations` are polars frames, made
    when first asked for. `notes` tell of tickets that nothing judges and of groups that nobody is known as.
    """

    as_of_us: int
    periods: tuple[PeriodVerdict, ...]
    judged: Judged | None = None
    notes: tuple[str, ...] = ()
    evaluation: Evaluation | None = None
    agreements: tuple[Agreement, ...] = ()
    _books: list[BudgetBook] = field(default_factory=list, init=False, repr=False)
    _accounts: list[CreditAccount] = field(default_factory=list, init=False, repr=False)
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def targets(self) -> pl.DataFrame:
        """One row for each target, part and period, in the order of the text."""
        return self._frame("targets")

    @property
    def tickets(self) -> pl.DataFrame:
        """One row for each ticket, target and cycle that the target judges or lists."""
        return self._frame("tickets")

    @property
    def credits(self) -> pl.DataFrame:
        """One row for what each clause pays for each period, what is earned back, and each right to terminate."""
        from slmdsl.evaluate.credits.frames import credit_frame  # noqa: PLC0415 - polars is loaded when frames are

        return self._kept("credits", lambda: credit_frame(self.credit_account.credits))

    @property
    def credit_totals(self) -> pl.DataFrame:
        """One row for each agreement, period and unit: the sum of credits, what caps leave of it, what is returned."""
        from slmdsl.evaluate.credits.frames import total_frame  # noqa: PLC0415 - polars is loaded when frames are

        return self._kept("credit_totals", lambda: total_frame(self.credit_account.totals))

    @property
    def credit_account(self) -> CreditAccount:
        """Credits and their totals as exact records, worked out when they are asked for."""
        from slmdsl.evaluate.credits.account import account_of  # noqa: PLC0415 - worked out when asked for

        if not self._accounts:
            self._accounts.append(account_of(self.agreements, self.periods, self.evaluation))
        return self._accounts[0]

    @property
    def escalations(self) -> pl.DataFrame:
        """One row for each message or action of an escalation or alert that would have happened, in order of time."""
        from slmdsl.evaluate.budgets.alerts import alert_messages  # noqa: PLC0415 - as above
        from slmdsl.evaluate.budgets.frames import with_messages  # noqa: PLC0415 - as above
        from slmdsl.evaluate.escalations.frame import (  # noqa: PLC0415 - polars is loaded when frames are
            escalation_frame,
            no_escalations,
        )

        def made() -> pl.DataFrame:
            if self.judged is None or self.evaluation is None:
                return no_escalations()
            contract = self.evaluation.contract
            told = escalation_frame(contract, self.judged, self.agreements)
            if not any(agreement.alerts for agreement in self.agreements):
                return told
            return with_messages(told, alert_messages(self.budget_book.alerts(), contract))

        return self._kept("escalations", made)

    @property
    def exclusions(self) -> pl.DataFrame:
        """One row for each ticket, target and cycle that a clause or a waiver took out of the net figures."""
        from slmdsl.evaluate.tickets.exclusion_frame import exclusion_frame  # noqa: PLC0415 - polars is loaded when frames are

        return self._kept("exclusions", lambda: exclusion_frame(self.judged))

    @property
    def budgets(self) -> pl.DataFrame:
        """One row for each target with an error budget, part and period: what may fail, what has, and how fast."""
        from slmdsl.evaluate.budgets.frames import budget_frame  # noqa: PLC0415 - polars is loaded when frames are

        return self._kept("budgets", lambda: budget_frame(self.budget_book.budgets()))

    @property
    def alerts(self) -> pl.DataFrame:
        """One row for each time that a step of an alert on an error budget would have fired."""
        from slmdsl.evaluate.budgets.frames import alert_frame  # noqa: PLC0415 - polars is loaded when frames are

        return self._kept("alerts", lambda: alert_frame(self.budget_book.alerts()))

    @property
    def budget_book(self) -> BudgetBook:
        """The error budgets and alerts as exact records, worked out when they are asked for."""
        from slmdsl.evaluate.budgets.book import BudgetBook  # noqa: PLC0415 - polars is loaded when frames are

        if not self._books:
            book = BudgetBook(
                evaluation=self.evaluation,
                agreements=self.agreements,
                rows=self.periods,
                tickets=lambda: self.tickets,
            )
            self._books.append(book)
        return self._books[0]

    @property
    def not_evaluated(self) -> tuple[str, ...]:
        """The qualified names of the targets that are not judged; their rows say why."""
        found = (row.target.qualified for row in self.periods if row.verdict is Word.NOT_EVALUATED)
        return tuple(dict.fromkeys(found))

    @property
    def all_kept(self) -> bool:
        """Whether no verdict is a miss."""
        return all(row.verdict is not Word.MISSED for row in self.periods)

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.evaluate.verdict_frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(name, periods=self.periods, judged=self.judged)
        return self._frames[name]

    def _kept(self, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        if name not in self._frames:
            self._frames[name] = make()
        return self._frames[name]

    def _repr_html_(self) -> str:
        """Show the verdicts in a notebook."""
        return self.targets._repr_html_()
