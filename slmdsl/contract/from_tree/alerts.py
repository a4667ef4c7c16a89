"""From `alert` statements to alerts on error budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.from_tree.credits import target_name
from slmdsl.contract.model import alerts as model
from slmdsl.syntax.tree import agreements as tree
from slmdsl.syntax.tree.clocks import ToOwner
from slmdsl.syntax.tree.common import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.clocks import Recipient
    from slmdsl.syntax.tree.common import Node


def alerts(body: tuple[Node, ...], reading: Reading) -> Iterator[model.Alert]:
    """Yield the alerts of an agreement whose targets are known."""
    for each in body:
        if not isinstance(each, tree.StandardAlert | tree.BurnAlert):
            continue
        target = target_name(each.target, reading)
        if target is None:
            continue
        told = recipients(each.recipients, reading)
        if isinstance(each, tree.StandardAlert):
            yield model.StandardAlert(target=target, recipients=told, span=each.span)
        else:
            yield model.BurnAlert(
                target=target,
                burn=each.burn.value,
                windows_us=tuple(window.value.wall_us for window in each.windows),
                recipients=told,
                span=each.span,
            )


def recipients(said: Iterable[Recipient], reading: Reading) -> tuple[str, ...]:
    """Return whom a message goes to: `owner`, the full name of a party or contact, or an address."""
    return tuple(name for each in said if (name := _recipient(each, reading)) is not None)


def _recipient(said: Recipient, reading: Reading) -> str | None:
    if isinstance(said, ToOwner):
        return "owner"
    return said.value if isinstance(said, Text) else reading.name(said)
