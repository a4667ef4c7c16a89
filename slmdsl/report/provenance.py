"""What a document was made from: versions and hashes, so that the same document can be made again."""

from __future__ import annotations

import struct
import zoneinfo
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from slmdsl.events.columns import Coded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.events.log import EventLog
    from slmdsl.report.language import Language

_COLUMNS: Final = ("ticket_columns", "event_columns", "sample_columns", "outage_columns", "feedback_columns")
_ZONES: Final = "tzdata.zi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a document was made from. Hashes are SHA-256 in hexadecimal; `log_hash` is None without a log.

    Attributes:
        tool: the version of slmdsl.
        spec_hash: of all texts in the order of their names, see `hash_of_texts`.
        log_hash: of what happened, see `hash_of_log`.
        versions: of agreements by name, where their text says one.
        zones: the version of the data on time zones, and where it comes from.
        holidays: the version of the data on public holidays.
    """

    tool: str
    spec_hash: str
    log_hash: str | None
    versions: tuple[tuple[str, str], ...]
    zones: str
    holidays: str

    def lines(self, say: Language) -> tuple[tuple[str, str], ...]:
        """Return label and words for people, as `Document.provenance` wants them."""
        versions = say.listed(f"{name} {version}" for name, version in self.versions)
        found = (
            ("versions", versions),
            ("spec_hash", f"sha256:{self.spec_hash}"),
            ("log_hash", f"sha256:{self.log_hash}" if self.log_hash else ""),
            ("tool", f"slmdsl {self.tool}"),
            ("zones", self.zones),
            ("holidays", f"holidays {self.holidays}"),
        )
        return tuple((say.say(f"provenance.{key}"), words) for key, words in found if words)


def provenance_of(
    texts: Mapping[str, str], agreements: Iterable[Agreement], log: EventLog | None, tool: str
) -> Provenance:
    """Return what a document is made from.

    Args:
        texts: the files of the spec by name.
        agreements: those that the document is about.
        log: what happened, where the document is about that.
        tool: the version of slmdsl, `slmdsl.__version__`.
    """
    return Provenance(
        tool=tool,
        spec_hash=hash_of_texts(texts),
        log_hash=None if log is None else hash_of_log(log),
        versions=tuple((each.name, each.version) for each in agreements if each.version),
        zones=zone_data(),
        holidays=metadata.version("holidays"),
    )


def hash_of_texts(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 of files in the order of their names: each name and text, with its length before it.

    >>> hash_of_texts({"b.slm": "x", "a.slm": ""}) == hash_of_texts({"a.slm": "", "b.slm": "x"})
    True
    >>> hash_of_texts({"a.slm": "bc"}) == hash_of_texts({"a.slmb": "c"})
    False
    """
    digest = sha256()
    for name in sorted(texts):
        for text in (name, texts[name]):
            digest.update(_measured(text.encode("utf-8", "surrogatepass")))
    return digest.hexdigest()


def hash_of_log(log: EventLog) -> str:
    """Return the SHA-256 of all facts of a log: the same for the same facts on every machine.

    Words are hashed as words, not by the codes that a reader happened to give them; numbers as little-endian 64 bits.
    """
    digest = sha256()
    for name in _COLUMNS:
        for piece in _column_bytes(name, getattr(log, name)):
            digest.update(_measured(piece))
    return digest.hexdigest()


def _column_bytes(name: str, value: Any) -> Iterator[bytes]:  # noqa: ANN401 - columns have many types
    yield name.encode()
    if isinstance(value, Coded):
        used, codes = np.unique(value.codes, return_inverse=True)
        names = [b"" if code < 0 else b"=" + _encoded(value.values[code]) for code in used.tolist()]
        order = sorted(range(len(names)), key=names.__getitem__)
        ranks = np.empty(len(names), dtype="<i8")
        ranks[order] = np.arange(len(names))
        yield b"".join(_measured(names[place]) for place in order)
        yield ranks[codes].astype("<i8").tobytes()
    elif is_dataclass(value):
        for each in fields(value):
            yield from _column_bytes(each.name, getattr(value, each.name))
    elif isinstance(value, np.ndarray):
        yield _numbers(value)
    elif hasattr(value, "items"):
        for key in sorted(value):
            yield from _column_bytes(key, value[key])
    else:
        yield b"".join(_measured(_encoded(each)) for each in value)


def _numbers(values: np.ndarray) -> bytes:
    if values.dtype.kind == "f":
        return np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes()
    return values.astype("<i8").tobytes()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _measured(piece: bytes) -> bytes:
    return struct.pack("<q", len(piece)) + piece


def zone_data() -> str:
    """Return the version of the data on time zones that is in use: the system's, where it has any, else the package's.

    Zones are read by `zoneinfo`, which prefers what the system has.
    """
    for folder in zoneinfo.TZPATH:
        if Path(folder, "UTC").is_file():
            return f"tzdata {_version_in(Path(folder, _ZONES)) or '(unknown)'} (system)"
    return f"tzdata {metadata.version('tzdata')}"


def _version_in(file: Path) -> str | None:
    """Return the version in the first line of a system's list of zones, `# version 2026b`."""
    if not file.is_file():
        return None
    with file.open(encoding="utf-8") as lines:
        words = lines.readline().split()
    return words[-1] if words[:2] == ["#", "version"] else None
