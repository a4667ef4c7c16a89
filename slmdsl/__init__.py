"""Service level agreements as programs: judged on what happened, tested on what would happen.

The public names are loaded when they are first used, so that `import slmdsl` costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slmdsl.api import (
        Spec,
        SpecError,
        check,
        diff,
        document,
        evaluate,
        explain,
        fit,
        ingest,
        load,
        negotiate,
        report,
        simulate,
    )
    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.calendars import Calendar
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.ingest.limits import IngestError
    from slmdsl.report.explain import Explanation
    from slmdsl.report.gap_asking import gaps
    from slmdsl.study.backtest.asking import backtest
    from slmdsl.study.fit.model import LoadModel
    from slmdsl.study.negotiation.talks import Negotiation
    from slmdsl.study.running.study import Study

__version__ = "0.1.0"

__all__ = [
    "Calendar",
    "Diagnostic",
    "EventLog",
    "Explanation",
    "IngestError",
    "LoadModel",
    "Negotiation",
    "Spec",
    "SpecError",
    "Study",
    "Verdicts",
    "backtest",
    "check",
    "diff",
    "document",
    "evaluate",
    "explain",
    "fit",
    "gaps",
    "ingest",
    "load",
    "negotiate",
    "report",
    "simulate",
]

_HOMES = {
    "Calendar": "slmdsl.calendars",
    "Diagnostic": "slmdsl.base.diagnostics",
    "EventLog": "slmdsl.events.log",
    "Explanation": "slmdsl.report.explain",
    "IngestError": "slmdsl.ingest.limits",
    "LoadModel": "slmdsl.study.fit.model",
    "Negotiation": "slmdsl.study.negotiation.talks",
    "Study": "slmdsl.study.running.study",
    "Verdicts": "slmdsl.evaluate.verdicts",
    "backtest": "slmdsl.study.backtest.asking",
    "gaps": "slmdsl.report.gap_asking",
    **dict.fromkeys(
        (
            "Spec",
            "SpecError",
            "check",
            "diff",
            "document",
            "evaluate",
            "explain",
            "fit",
            "ingest",
            "load",
            "negotiate",
            "report",
            "simulate",
        ),
        "slmdsl.api",
    ),
}


def __getattr__(name: str) -> object:
    """Load a public name from the module that is its home."""
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg, name=name, obj=sys.modules[__name__])
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Door(ModuleType):
    """The package, with public names that rooms of the same name cannot take.

    Importing a room binds it to its name in the package: without this, `slmdsl.ingest` would be a function or a
    module, depending on what was imported before.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
