"""A user's own template: what it may do, and the process of its own in which it is carried out.

A template is text from somewhere, so it gets plain values alone, reaches no file, no module and no attribute that
begins with an underscore, and can leave no text unescaped. Loops within loops can take for ever, and no list of
forbidden words would stop them all: the process has limits on memory, time and output, and may open and start nothing.
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import jinja2.debug  # noqa: F401 - loaded when something fails, which is too late where no file can be opened
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

MOST_OUTPUT: Final = 32 << 20
"""Bytes of a page."""
MOST_MEMORY: Final = 1 << 30
"""Bytes that the process may take, beside what it is handed."""
MOST_SECONDS: Final = 10
"""Of work."""
REFUSED: Final = 3
"""The exit code with which a template's error is told on standard error."""
_LONGEST: Final = 1 << 22
"""The longest text or list that a product may be."""
_GREATEST: Final = 1 << 64
_UNSAFE_FILTERS: Final = ("attr", "safe", "random", "pprint")
"""Reach for attributes, leave texts unescaped, make another page each time, show how values are built."""
_LOADS: Final = "{{ 'a\\n' | wordwrap | urlize | striptags | tojson }}"
"""Has loaded what templates load, which is too late where no file can be opened."""
_ALONE: Final = "a template stands alone"
_REFUSED: Final[tuple[tuple[type[nodes.Node], str], ...]] = (
    (nodes.Include, f"{_ALONE}: `include` reads no file"),
    (nodes.Import, f"{_ALONE}: `import` reads no file"),
    (nodes.FromImport, f"{_ALONE}: `from .. import` reads no file"),
    (nodes.Extends, f"{_ALONE}: `extends` reads no file"),
    (nodes.EvalContextModifier, "texts are always escaped: `autoescape` cannot be switched"),
)


class OwnTemplates(ImmutableSandboxedEnvironment):
    """What a user's own template may do; see the module."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
        for name in _UNSAFE_FILTERS:
            del self.filters[name]
        self.globals = {
            name: self.globals[name] for name in ("range", "dict", "namespace", "cycler", "joiner")
        }

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja2's own signature
        """Return what a dict holds before any method of dicts: `block.items` are the items of a list."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as above
        """Refuse products that are too large, and `%` that would shape a text."""
        if operator == "%" and isinstance(left, str):
            msg = "`%` shapes no texts here"
            raise SecurityError(msg)
        if operator == "**" and not _is_small_power(left, right):
            msg = "`**` makes too large a number"
            raise SecurityError(msg)
        if operator == "*" and _size(left) * _size(right) > (
            _GREATEST if isinstance(left, int | float) and isinstance(right, int | float) else _LONGEST
        ):
            msg = "`*` makes too large a number or text"
            raise SecurityError(msg)
        return super().call_binop(context, operator, left, right)

    def read(self, text: str) -> Any:  # noqa: ANN401 - a jinja2.Template
        """Return a template; raises TemplateSyntaxError where it asks for what it may not do."""
        tree = self.parse(text)
        for kind, words in _REFUSED:
            for found in tree.find_all(kind):
                raise TemplateSyntaxError(words, found.lineno)
        return self.from_string(text)


def chunks(template: str, documents: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the page that a template makes, piece by piece; `documents` are records, as JSON has them.

    The template sees `documents` and, as `document`, the first of them; a picture's `svg` can stand in the page.
    """
    environment = OwnTemplates()
    read = environment.read(template)
    size = 0
    for chunk in read.generate(documents=documents, document=documents[0]):
        size += len(chunk)
        if size > MOST_OUTPUT:
            msg = f"the page has more than {MOST_OUTPUT >> 20} MiB"
            raise SecurityError(msg)
        yield chunk


def told(error: BaseException) -> str:
    """Return what is wrong with a template, and in which of its lines."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line(error.__traceback__)
    where = f"line {line}: " if line else ""
    if isinstance(error, MemoryError):
        return f"{where}the template takes more memory than it may"
    if isinstance(error, OSError):
        return f"{where}the template reaches for a file, and no file is open to it"
    said = error.message if isinstance(error, TemplateError) else str(error)
    words = " ".join((said or "").split()) or type(error).__name__
    return where + (words if isinstance(error, TemplateError) else f"{type(error).__name__}: {words}")


def main() -> int:
    """Carry out the template that arrives on standard input; the page goes to standard output."""
    asked = json.load(sys.stdin)
    documents = [marked_up(each) for each in asked["documents"]]
    OwnTemplates().read(_LOADS).render()
    _confine(asked["seconds"], asked["memory"])
    try:
        for chunk in chunks(asked["template"], documents):
            sys.stdout.buffer.write(chunk.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except Exception as error:  # noqa: BLE001 - whatever a template does, its author is told
        sys.stderr.write(json.dumps(told(error)))
        return REFUSED
    return 0


def marked_up(nest: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return a nest whose pictures, under `svg`, stand in a page as they are: their renderer escaped their texts."""
    if isinstance(nest, dict):
        return {
            key: Markup(each) if key == "svg" and nest.get("kind") == "picture" else marked_up(each)  # noqa: S704 - as said
            for key, each in nest.items()
        }
    if isinstance(nest, list):
        return [marked_up(each) for each in nest]
    return nest


def _confine(seconds: int, memory: int) -> None:
    """Take from this process what no template needs: memory on Linux alone, and nothing where no limits can be set."""
    if find_spec("resource") is None:
        return
    import resource  # noqa: PLC0415 - not on every system

    limits: Mapping[str, int] = {
        **({"RLIMIT_AS": memory} if sys.platform == "linux" else {}),  # macOS refuses it
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 3,
        "RLIMIT_NPROC": 0,
    }
    for name, most in limits.items():
        if (kind := getattr(resource, name, None)) is not None:
            _, hard = resource.getrlimit(kind)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (least, least))


def _line(trace: TracebackType | None) -> int:
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _is_small_power(base: object, exponent: object) -> bool:
    return (
        isinstance(base, int | float)
        and isinstance(exponent, int | float)
        and abs(base) <= 1 << 16
        and abs(exponent) <= 16  # noqa: PLR2004 - so that no result is over 2**256
    )


def _size(value: object) -> float:
    if isinstance(value, int | float):
        return abs(value)
    return len(value) if isinstance(value, str | list | tuple | dict) else 1
