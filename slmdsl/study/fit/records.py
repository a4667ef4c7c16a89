"""A fitted model as plain values, for programs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from slmdsl.study.fit.model import LoadModel

_LEFT_OUT: Final = frozenset(("draws", "values", "tickets", "left", "hit", "could", "days", "hours"))
"""What holds a value for each ticket, day or draw."""


def model_record(model: LoadModel) -> dict[str, Any]:
    """Return a model as JSON's types, but for what it was fitted on."""
    found: dict[str, Any] = _plain(model)
    return found | {"tickets": model.tickets}


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON's types
    if is_dataclass(value) and not isinstance(value, type):
        members = (each.name for each in fields(value) if each.name not in _LEFT_OUT)
        return {name: _plain(getattr(value, name)) for name in members}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return value
