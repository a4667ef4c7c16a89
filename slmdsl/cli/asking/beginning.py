"""What a simulation begins with: the open tickets of the sources that the text names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.cli.answers.facts import read_log

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.asked.setting import Setting


def begun(spec: Spec, setting: Setting, at: Terminal) -> Setting:
    """Return a setting with the open tickets with which its scenarios start, where they do; their sources are read.

    Raises:
        BrokenSpecError: a source cannot be read at all.
    """
    if not setting.opens:
        return setting
    from slmdsl.study.asked.opens import sources_of, with_tickets  # noqa: PLC0415 - lazy at the door: numpy

    logs = {name: read_log(spec, (name,), at) for name in sources_of(setting)}
    return with_tickets(spec.contract, setting, logs)
