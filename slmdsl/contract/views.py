"""Which files each file sees: itself and its imports, directly or through theirs."""

from __future__ import annotations

import posixpath
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.syntax.tree.file import File


class Views:
    """What files see of each other. A view is a number with one bit for each file, so that thousands stay small."""

    def __init__(self, files: Sequence[File], visible: Mapping[str, Iterable[str]] | None = None) -> None:
        """`visible` are the files that each file sees; by default they follow from the paths of the imports."""
        self._bit: Final = {file.span.file: 1 << i for i, file in enumerate(files)}
        self._lost: Final = 1 << len(files)  # stands for imports that are not among the files
        direct = {file.span.file: tuple(imported(file)) for file in files}
        self._seen: Final = self._closed(direct) if visible is None else self._given(direct, visible)
        self._matrices: Final = sum({self._bit[each.span.file] for each in files if _has_matrix(each)})

    def _given(
        self, direct: dict[str, tuple[str, ...]], visible: Mapping[str, Iterable[str]]
    ) -> dict[str, int]:
        own = {
            name: bit | (self._lost if any(each not in self._bit for each in direct[name]) else 0)
            for name, bit in self._bit.items()
        }
        return {name: reduce(or_, [own[each] for each in visible[name]], own[name]) for name in own}

    def _closed(self, direct: dict[str, tuple[str, ...]]) -> dict[str, int]:
        """Return each file's view, its imports' views included: repeated until nothing changes, for circles' sake."""
        seen = dict(self._bit)
        order = _imports_first(direct)
        changed = True
        while changed:
            changed = False
            for name in order:
                view = seen[name]
                for each in direct[name]:
                    view |= seen.get(each, self._lost)
                changed |= view != seen[name]
                seen[name] = view
        return seen

    def sees(self, file: str, other: str) -> bool:
        """Whether what `other` declares may be named in `file`."""
        return bool(self._seen[file] & self._bit[other])

    def sees_matrix(self, file: str) -> bool:
        """Whether `file` sees a priority matrix."""
        return bool(self._seen[file] & self._matrices)

    def is_open(self, file: str) -> bool:
        """Whether an import is missing somewhere behind `file`, so that not all that it sees is known."""
        return bool(self._seen[file] & self._lost)


def imported(file: File) -> Iterator[str]:
    """Yield the files that a file imports, named as spans name them."""
    folder = posixpath.dirname(file.span.file)
    for each in file.imports:
        yield posixpath.normpath(posixpath.join(folder, each.path.value))


def _imports_first(direct: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the files, each after those that it imports, circles apart."""
    order: dict[str, None] = {}
    begun: set[str] = set()
    for start in direct:
        pending = [(start, False)]
        while pending:
            name, ready = pending.pop()
            if ready:
                order[name] = None
            elif name not in begun and name in direct:
                begun.add(name)
                pending.append((name, True))
                pending.extend((each, False) for each in direct[name])
    return list(order)


def _has_matrix(file: File) -> bool:
    return any(block.keyword == "priorities" for block in file.declarations)
