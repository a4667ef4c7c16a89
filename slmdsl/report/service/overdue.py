"""What is overdue on the day of the report, as sentences for its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.service.reviews import dues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts


def overdue_words(facts: Facts, say: Language) -> Iterator[str]:
    """Yield a sentence for each improvement and rehearsal that is overdue or was never done."""
    for each in dues(facts):
        if each.is_overdue:
            days = say.counted((facts.day - each.day).days, "day")
            yield say.say(
                "report.overdue", what=say.say(f"report.due.{each.kind}", name=each.name), days=days
            )
    for name, contingency in facts.contract.contingencies.items():
        if contingency.rehearsed is None:
            yield say.say("report.overdue.never", name=name)
