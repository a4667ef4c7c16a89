"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from slmdsl.cli.terminal import Terminal

At = Annotated[Terminal, Parameter(parse=False)]
"""The terminal, handed over by the door."""

Flag = Annotated[bool, Parameter(negative="", show_default=False)]
"""A switch that is off unless named."""

Json = Annotated[bool, Parameter(name="--json", negative="", show_default=False)]
"""Whether the answer is for programs."""

Sources = Annotated[
    tuple[str, ...], Parameter(name="--source", negative="", show_default=False, metavar="NAME")
]
"""The sources that tell what happened."""

Name = Annotated[str, Parameter(metavar="NAME")]

Time = Annotated[str, Parameter(metavar="TIME")]

Folder = Annotated[Path, Parameter(metavar="DIR")]

File = Annotated[Path, Parameter(metavar="FILE")]
