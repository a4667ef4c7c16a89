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
DOCTYPE = error("SLM560", "A source's XML declares a document type")
TOO_DEEP = error("SLM561", "A source's XML is nested too deeply")
NO_SHEET = error("SLM562", "A workbook has no such sheet")
NO_VARIABLE = error("SLM563", "A source's environment variable is not set")
BAD_ADDRESS = error("SLM564", "A database's address cannot be used")
SQL_ERROR = error("SLM565", "A database answers with an error")
NOT_INSTALLED = error("SLM566", "A source needs a library that is not installed")
NO_TABLE = error("SLM567", "A source of a database needs either a table or a query")
PASSWORD = error("SLM568", "A password stands in the text of a source")
NO_NUMBER = error("SLM660", "A measured value is no number")
NEGATIVE_VALUE = error("SLM661", "A measured value is negative")
NO_VALUES = error("SLM662", "A column of measured values is empty")
UNKNOWN_PARAMETER = error("SLM696", "A draw is of a parameter that the load does not have")
FACTOR_RANGE = error("SLM697", "A factor of a draw is out of range")
SHARE_RANGE = error("SLM698", "A share of a draw is out of range")
NO_DRAW_ROWS = error("SLM699", "A file of draws is none")
