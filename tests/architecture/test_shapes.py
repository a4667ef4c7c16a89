"""Values are values: dataclasses are frozen and slotted."""

import ast

from tests.architecture.rooms import MODULES


def dataclass_decorators():
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    called = decorator.func if isinstance(decorator, ast.Call) else decorator
                    if ast.unparse(called).rpartition(".")[2] == "dataclass":
                        yield f"{module.name}:{node.lineno} {node.name}", decorator


def said(decorator):
    if not isinstance(decorator, ast.Call):
        return set()
    return {keyword.arg for keyword in decorator.keywords if ast.unparse(keyword.value) == "True"}


def test_dataclasses_are_frozen_and_slotted():
    found = dict(dataclass_decorators())
    assert found, "the search finds none: it is the search that is broken"
    assert not {name for name, decorator in found.items() if not said(decorator) >= required(name)}


def required(name):
    """What changes while it is worked on stays private to its module."""
    return {"slots"} if name.rpartition(" ")[2].startswith("_") else {"frozen", "slots"}
