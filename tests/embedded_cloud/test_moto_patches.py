"""Patches of moto: each replaced name exists in moto, and only a ``Patch`` replaces it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import embedded_cloud
from embedded_cloud.cloud import SERVICES
from embedded_cloud.moto_patch import ItemPatch, MissingPatchError, Patch, ServicePatch

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "embedded_cloud").rglob("*.py"))
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(embedded_cloud.__path__, "embedded_cloud.")
    if module.name.endswith(".moto_patches")
)
SETTERS = {"setattr", "delattr"}
CHANGING = {"update", "setdefault", "pop", "popitem", "__setitem__", "append", "extend", "insert", "remove"}


def patches(module: str) -> Iterator[Patch | ItemPatch | ServicePatch]:
    for value in vars(importlib.import_module(module)).values():
        for one in value if isinstance(value, tuple) else [value]:
            if isinstance(one, Patch | ItemPatch | ServicePatch):
                yield one


def test_services_have_moto_patches() -> None:
    assert {f"{service.removesuffix('.service')}.moto_patches" for service in SERVICES} < set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_moto_patches_replace_existing_names(module: str) -> None:
    assert list(patches(module)), "the module's import raises MissingPatchError where moto lacks one of its names"


def test_patch_rejects_a_name_that_moto_lacks() -> None:
    with pytest.raises(MissingPatchError, match=r"moto\.s3 has no attribute list_objects"):
        Patch(SimpleNamespace(__name__="moto.s3"), "list_objects")


def test_item_patch_rejects_a_key_that_moto_lacks() -> None:
    with pytest.raises(MissingPatchError, match="has no key stepfunctions"):
        ItemPatch({"lambda": {}}, "stepfunctions")


def test_service_patch_rejects_a_backend_without_urls() -> None:
    with pytest.raises(MissingPatchError, match="object has no attribute _url_module"):
        ServicePatch(SimpleNamespace(backend=object))


def test_patch_keeps_the_original() -> None:
    owner = SimpleNamespace(name="moto's")
    patch = Patch(owner, "name")
    patch.apply("ours")
    assert (owner.name, patch.original) == ("ours", "moto's")


def test_item_patch_replaces_its_item_only() -> None:
    owner = {"a": 1, "b": 2}
    ItemPatch(owner, "a").apply(3)
    assert owner == {"a": 3, "b": 2}


def test_sources_change_nothing_of_moto() -> None:
    found = {path.relative_to(ROOT).as_posix(): list(changes(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert len(found) > 100
    assert {path: statements for path, statements in found.items() if statements} == {}


@pytest.mark.parametrize(
    "line",
    [
        "Theirs.name = 1",
        "Theirs.name += 1",
        "Theirs.table['key'] = 1",
        "del Theirs.name",
        "setattr(Theirs, 'name', 1)",
        "Theirs.table.update(a=1)",
        "importlib.import_module('moto.s3').name = 1",
    ],
)
def test_changes_finds_each_way_to_change_moto(line: str) -> None:
    assert list(changes(f"from moto.s3.models import Theirs\n{line}\n"))


def changes(text: str) -> Iterator[str]:
    """Yield the statements that change an object that a module imports from moto."""
    tree = ast.parse(text)
    theirs = {
        (name.asname or name.name).partition(".")[0]
        for node in ast.walk(tree)
        for name in (node.names if isinstance(node, ast.Import | ast.ImportFrom) else ())
        if (getattr(node, "module", None) or name.name).partition(".")[0] == "moto"
    }
    for node in ast.walk(tree):
        if any(base(changed) in {*theirs, "importlib"} for changed in changed_by(node)):
            yield ast.unparse(node)


def changed_by(node: ast.AST) -> list[ast.expr]:
    """Return the objects that a statement or call changes."""
    if isinstance(node, ast.Assign | ast.Delete):
        return [target for target in node.targets if not isinstance(target, ast.Name)]
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return [] if isinstance(node.target, ast.Name) else [node.target]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SETTERS:
        return node.args[:1]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        return [node.func.value]
    return []


def base(expression: ast.expr) -> str | None:
    """Return the name that an expression begins with: ``a`` of ``a.b["c"].d``."""
    while isinstance(expression, ast.Attribute | ast.Subscript | ast.Call):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def test_services_leave_packages_of_moto_out_until_somebody_imports_them() -> None:
    """They would take longer than all other imports of the cloud together."""
    code = f"""
import importlib, sys
for service in {SERVICES}: importlib.import_module(service)
from embedded_cloud.moto_patches import LEFT_OUT
print(sorted(set(LEFT_OUT) & sys.modules.keys()))
import moto.batch, moto.ec2.models
print(moto.batch.batch_backends["123456789012"]["us-east-1"].__module__)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["[]", "moto.batch.models"]
