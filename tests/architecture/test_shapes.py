"""Values are frozen and slotted; what changes while it is worked on is no value and compares by identity."""

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
        return {}
    return {keyword.arg: ast.unparse(keyword.value) for keyword in decorator.keywords}


def is_value_or_workpiece(name, options):
    private = name.rpartition(" ")[2].startswith("_")
    frozen, identity = options.get("frozen") == "True", options.get("eq") == "False"
    return options.get("slots") == "True" and (frozen or identity or private)


def test_dataclasses_are_frozen_and_slotted():
    found = dict(dataclass_decorators())
    assert found, "the search finds none: it is the search that is broken"
    assert not {name for name, decorator in found.items() if not is_value_or_workpiece(name, said(decorator))}
