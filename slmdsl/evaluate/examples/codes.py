"""Kinds of findings about `example` lines (SLM450 to SLM459)."""

from __future__ import annotations

from slmdsl.base.diagnostics import error, note, warning

OTHERWISE = error("SLM450", "An example comes out otherwise")
NO_CASE = error("SLM451", "An example is no case of its target")
NO_SUCH_TIME = error("SLM452", "An example names a local time that does not exist")
NOT_RUN = note("SLM453", "An example is not run")
TOO_MANY = warning("SLM454", "There are more examples than are run")
