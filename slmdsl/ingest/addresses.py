"""Where a database is: from what a source says to an address, without a password in any text of ours."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from slmdsl.ingest.codes import BAD_ADDRESS, NO_VARIABLE, PASSWORD
from slmdsl.ingest.limits import IngestError, inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slmdsl.contract.model.sources import SourcePlan

_VARIABLE = "env:"
_SQLITE = "sqlite:"
_POSTGRES = ("postgresql://", "postgres://")
_SECRET_KEYS = ("password", "passfile", "sslpassword")
_NETLOC = re.compile(r"(?:[^@/?#\s]*@)?[^@/?#\s]*")
_HELP = "such as sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME, with %40 for an @ in the password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A database: a SQLite file's `path`, or the `url` of a PostgreSQL server, of which `secrets` are never shown."""

    path: Path | None = None
    url: str = ""
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Tell no secret."""
        return f"Address({'sqlite' if self.path else 'postgresql'})"

    def hidden(self, text: str) -> str:
        """Return a text without the secrets of this address."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def is_database(path: str) -> bool:
    """Whether a source reads a database: `env:NAME`, `sqlite:FILE`, `postgresql://...`."""
    return path.startswith((_VARIABLE, _SQLITE, *_POSTGRES))


def address_of(plan: SourcePlan, root: Path, environment: Mapping[str, str] = os.environ) -> Address:
    """Return where a source's database is.

    A file that the text names lies inside the project; one that the environment names lies where its owner says,
    a relative one from the folder in which the source is declared. Raises IngestError for an address that is none,
    for a variable that is not set, and for a password in the text.
    """
    if not plan.path.startswith(_VARIABLE):
        return _stated(plan, root)
    variable = plan.path.removeprefix(_VARIABLE)
    value = environment.get(variable, "").strip() if re.fullmatch(r"\w+", variable) else ""
    if not value:
        message = f"the environment variable `{variable}` is not set"
        raise IngestError([NO_VARIABLE.at(plan.span, message, help=f"set it to an address {_HELP}")])
    if value.startswith(_SQLITE):
        return Address(path=root / plan.base / _sqlite_file(value))
    return _server(plan, value, f"the value of `{variable}`")


def _stated(plan: SourcePlan, root: Path) -> Address:
    if plan.path.startswith(_SQLITE):
        return Address(path=inside(plan, _sqlite_file(plan.path), root))
    found = _server(plan, plan.path, "the address")
    if found.secrets:
        help_ = 'put the address into an environment variable and read "env:NAME"'
        raise IngestError([PASSWORD.at(plan.span, "a password stands in the address", help=help_)])
    return found


def _sqlite_file(address: str) -> str:
    """Return the file of `sqlite:FILE` or, as elsewhere, `sqlite:///FILE` (so an absolute one has four slashes)."""
    return address.removeprefix(_SQLITE).removeprefix("///")


def _server(plan: SourcePlan, url: str, what: str) -> Address:
    """Read a PostgreSQL address. What is not understood to the last character is refused and never repeated."""
    if not url.startswith(_POSTGRES):
        _refuse(plan, f"{what} is no address of a database")
    try:
        parts = urlsplit(url)
    except ValueError:
        _refuse(plan, f"{what} cannot be read")
    if url.count("@") > 1 or not _NETLOC.fullmatch(parts.netloc) or parts.fragment:
        _refuse(plan, f"{what} has characters that an address must write as %40, %3A, %2F, %3F or %23")
    user, at, host = parts.netloc.rpartition("@")
    if (
        (not host and "host" not in parse_qs(parts.query))
        or ("@" in url and not at)
        or not re.fullmatch(r"[\w.,\-\[\]]*(?::[\w.:,\-\[\]]*)?", host)
    ):
        _refuse(plan, f"{what} names no host")
    ports = re.findall(r":([^,:\]]*)(?:,|$)", host) if "[" not in host else []
    if any(port and not port.isdecimal() for port in ports):
        _refuse(plan, f"{what} has a port that is no number")
    secrets = [user.partition(":")[2]]
    secrets += [one for key in _SECRET_KEYS for one in parse_qs(parts.query).get(key, [])]
    every = [form for one in secrets if one for form in (one, unquote(one))]
    return Address(url=url, secrets=tuple(dict.fromkeys(every)))


def _refuse(plan: SourcePlan, message: str) -> NoReturn:
    raise IngestError([BAD_ADDRESS.at(plan.span, message, help=f"addresses are {_HELP}")])
