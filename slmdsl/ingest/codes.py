"""The findings of this room: what keeps a source from being read at all. What is wrong with a row is a refusal."""

from __future__ import annotations

from slmdsl.base.diagnostics import error

NO_FILE = error("SLM550", "A source's file is not there")
OUTSIDE = error("SLM551", "A source's file lies outside the project")
NOT_READ_YET = error("SLM552", "A source is of a kind that is not read yet")
TOO_LARGE = error("SLM553", "A source is larger, or unpacks to more, than is read")
NO_COLUMN = error("SLM554", "A source has no such column")
UNREADABLE = error("SLM555", "A source's file is not what its ending says")
BAD_FORMAT = error("SLM556", "A time format cannot be read")
NO_ZONE = error("SLM557", "A time zone is not known")
BAD_OPTION = error("SLM558", "A source is read with an option that its kind does not have")
WRONG_TYPE = error("SLM559", "A column holds values of a type that cannot be what it is used for")
