"""How much of a target may fail, from its text."""

from __future__ import annotations

from fractions import Fraction

from slmdsl.syntax.tree import targets


def budget_of(form: targets.Form) -> Fraction | None:
    """Return the share that may fail; None where no share is promised."""
    if isinstance(form, targets.Within | targets.UpdatesOf):
        return 1 - form.goal[0].value.value.value if form.goal else Fraction(0)
    if isinstance(form, targets.AvailabilityOf | targets.ShareOf):
        bound = form.bound[0].value
        share = getattr(getattr(bound.value, "value", None), "value", None)
        if isinstance(share, Fraction):
            return share if bound.at_most else 1 - share
    return None
