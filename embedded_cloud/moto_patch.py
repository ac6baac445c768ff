"""Classes that replace attributes of moto.

Each service lists its replacements in ``moto_patches.py``, and its ``service.py`` applies them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any


class MissingPatchError(AttributeError):
    """A replaced attribute that this version of moto doesn't have."""


class Patch:
    """One attribute of a module, class or object of moto.

    Raises
    ------
    MissingPatchError
        If moto has no such attribute. An assignment would then have no effect, and moto's own code would run.
    """

    def __init__(self, owner: Any, name: str) -> None:
        if not hasattr(owner, name):
            raise MissingPatchError(f"{getattr(owner, '__name__', owner)} has no attribute {name}")
        self.owner, self.name = owner, name
        self.original: Any = getattr(owner, name)

    def apply(self, replacement: Any) -> None:
        """Replace the attribute for the rest of the process."""
        setattr(self.owner, self.name, replacement)


class ItemPatch:
    """One item of a mapping of moto: a setting or a path of a service.

    Raises
    ------
    MissingPatchError
        If the mapping has no such key.
    """

    def __init__(self, owner: Any, name: str) -> None:
        if name not in owner:
            raise MissingPatchError(f"moto's mapping of {', '.join(owner)} has no key {name}")
        self.owner, self.name = owner, name
        self.original: Any = owner[name]

    def apply(self, replacement: Any) -> None:
        """Replace the item for the rest of the process."""
        self.owner[self.name] = replacement


class ServicePatch:
    """The class of the backend that holds the resources of one service.

    Raises
    ------
    MissingPatchError
        If moto no longer creates backends from a class, or no longer reads their URLs from it.
    """

    def __init__(self, backends: Any) -> None:
        self._backend = Patch(backends, "backend")
        self._urls = Patch(backends.backend, "_url_module")

    def apply(self, backend: Any, urls: Any) -> None:
        """Make moto's server use ``backend`` for the ``url_bases`` and ``url_paths`` of ``urls``."""
        setattr(backend, self._urls.name, urls)
        self._backend.apply(backend)


class _Placeholder(ModuleType):
    """A module that isn't imported. Each of its names is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextlib.contextmanager
def leave_out(*packages: str) -> Iterator[None]:
    """Let imports find placeholders for ``packages`` and their ``models``. A later import finds the real ones.

    Modules of a package that aren't its models are real.
    """
    absent = {}
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None:
            raise MissingPatchError(f"moto imports no package {package}")
        if package not in sys.modules:
            for module in (package, f"{package}.models", f"{package}.models.core"):  # the last one is of EC2
                absent[module] = _Placeholder(module)
                vars(absent[module])["__path__"] = []  # it may contain others
            vars(absent[package])["__path__"] = spec.submodule_search_locations
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
