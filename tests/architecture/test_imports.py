"""Who may import whom, and what."""

import ast
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.rooms import CHECKOUT, MODULES, PACKAGE, Module

# The rooms that may import a library, be it lazily; any room may import one that is not named.
HOMES = {
    "altair": {"report"},
    "cyclopts": {"cli"},
    "dask": {"study"},
    "distributed": {"study"},
    "holidays": {"calendars"},
    "jinja2": {"report", "server"},
    "lark": {"syntax"},
    "numba": {"base"},
    "pandas": set(),
    "polars": {"events", "ingest", "evaluate", "study", "report", "api", "cli"},
    "psycopg": {"ingest", "server"},
    "pygls": {"lsp"},
    "rich": {"cli"},
    "scipy": {"stats"},
    "simpy": {"simulate"},
    "starlette": {"server"},
    "typst": {"report"},
    "vl_convert": {"report"},
    "xlsxwriter": {"report"},
}
CORE = {"numpy", "markupsafe", "msgspec", "tzdata"}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def test_imports_point_down_only():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_drawing_is_the_contract():
    config = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    contract, _ = config["tool"]["importlinter"]["contracts"]
    layers = [layer.replace("(", "").replace(")", "") for layer in contract["layers"]]
    drawing = (PACKAGE / "README.md").read_text(encoding="utf-8").split("```")[1]
    assert [line.partition("  ")[0] for line in drawing.strip().splitlines()] == layers


def is_for_types_alone(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def statements(node):
    """Imports that are carried out at some time, be it when a function is called; not those for types alone."""
    for child in node.orelse if is_for_types_alone(node) else ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        else:
            yield from statements(child)


def needed_modules(module, names):
    for node in statements(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif node.module in names:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from members & names or {node.module}


def test_no_module_imports_itself_in_a_circle():
    modules = {module.dotted: module for module in MODULES}
    needs = {name: set(needed_modules(module, modules.keys())) for name, module in modules.items()}
    order = list(TopologicalSorter(needs).static_order())  # raises CycleError, which shows the circle
    assert set(order) == set(modules)
    assert any(needs.values())


SEEN = {
    "at the top": "from slmdsl.base import units",
    "on a condition": "if True:\n    from slmdsl.base import units",
    "in a function": "def area():\n    from slmdsl.base import units",
    "in a method": "class Area:\n    async def of(self):\n        import slmdsl.base.units",
    "not for types": "if TYPE_CHECKING:\n    import ast\nelse:\n    from slmdsl.base.units import DAY",
}


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN.keys())
def test_an_import_is_seen(tmp_path, text):
    (tmp_path / "a.py").write_text(text)
    assert set(needed_modules(Module(tmp_path / "a.py"), {"slmdsl.base", "slmdsl.base.units"})) == {
        "slmdsl.base.units"
    }


def test_an_import_for_types_alone_makes_no_circle(tmp_path):
    (tmp_path / "a.py").write_text("if TYPE_CHECKING:\n    from slmdsl.base import units")
    assert not set(needed_modules(Module(tmp_path / "a.py"), {"slmdsl.base", "slmdsl.base.units"}))


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_known_to_its_rooms_alone(library):
    strangers = {
        module.name
        for module in MODULES
        if module.room not in HOMES[library]
        for name in imported(module.tree)
        if name.partition(".")[0] == library
    }
    assert not strangers


def test_kernels_are_compiled_in_one_place():
    names = {
        module.dotted
        for module in MODULES
        for name in imported(module.tree)
        if name.partition(".")[0] == "numba"
    }
    assert names == {"slmdsl.base.kernels"}


def test_pictures_are_drawn_in_one_place():
    strangers = {
        module.dotted
        for module in MODULES
        for name in imported(module.tree)
        if name.partition(".")[0] in {"altair", "vl_convert"}
        if not module.dotted.startswith("slmdsl.report.charts.")
    }
    assert not strangers


def test_every_library_has_a_home():
    names = {name.partition(".")[0] for module in MODULES for name in imported(module.tree)}
    assert names - sys.stdlib_module_names - {"slmdsl"} <= HOMES.keys() | CORE
