"""Nothing is too long to be read in one go."""

import ast

from tests.architecture.rooms import MODULES

LONGEST_MODULE = 500
LONGEST_FUNCTION = 60


def test_no_module_is_over_500_lines():
    lengths = {module.name: len(module.source.splitlines()) for module in MODULES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_MODULE}


def test_no_function_is_over_60_lines():
    lengths = {
        f"{module.name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
