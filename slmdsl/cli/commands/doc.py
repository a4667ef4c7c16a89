"""`slm doc`: an agreement as a document to sign."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl.cli.answers.documents import refuse_suffix, write_documents
from slmdsl.cli.asking.options import At, File, Flag, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project

if TYPE_CHECKING:
    from slmdsl.report.document.tree import Document


def doc(
    path: Path,
    sla: Annotated[str, Parameter(metavar="SLA")],
    /,
    *,
    lang: Literal["en", "zh"] = "en",
    backing: Flag = False,
    out: File | None = None,
    as_json: Json = False,
    at: At,
) -> int:
    """Write an agreement as a document to sign: who promises what to whom, how it is counted, what a miss costs.

    Its sentences are made from the rules that evaluation follows, never from the text, and its examples are computed.

    Example: slm doc models/acme acme_gold --out acme_gold.html

    Example: slm doc models/acme acme_gold --lang zh --out acme_gold.pdf

    Args:
        path: A file, or a folder with all its .slm files.
        sla: An SLA, an OLA or a supplier's contract.
        lang: The language of the document.
        backing: List the agreements that back it, too, which a customer need not see.
        out: Write it to this file, in the format that its name ends in; without it, it is printed.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    from slmdsl.api import document  # noqa: PLC0415 - lazy at the door: numpy

    if out is not None:
        refuse_suffix(out)
    spec = project(path)
    named("agreement", sla, spec.contract.agreements)
    made = document(spec, sla, language=lang, backing=backing)
    if out is not None:
        write_documents([made], out, at)
    if as_json:
        at.write(_json(made))
    elif out is None:
        from slmdsl.cli.tables.document_tables import print_document  # noqa: PLC0415 - lazy at the door

        print_document(made, at)
    return 0


def _json(made: Document) -> str:
    from slmdsl.report.document.formats import rendered  # noqa: PLC0415 - lazy at the door

    return rendered([made], ".json").decode()
