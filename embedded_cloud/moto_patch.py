"""Replaces attributes of moto: each service lists its own in ``moto_patches.py``, and ``service.py`` applies them."""

from __future__ import annotations

from typing import Any


class MissingPatchError(AttributeError):
    """An attribute that the embedded cloud replaces is not in this version of moto."""


class Patch:
    """One attribute of a module, class or object of moto.

    Raises
    ------
    MissingPatchError
        When moto has no such attribute. Assigning it would then change nothing, and moto would answer instead.
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
    """One item of a mapping of moto: a setting, or a path of a service.

    Raises
    ------
    MissingPatchError
        When the mapping has no such key.
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
    """The backend that moto's server keeps the resources of one service in.

    Raises
    ------
    MissingPatchError
        When moto no longer makes its backends of a class, or no longer asks them for their URLs.
    """

    def __init__(self, backends: Any) -> None:
        self._backend = Patch(backends, "backend")
        self._urls = Patch(backends.backend, "_url_module")

    def apply(self, backend: Any, urls: Any) -> None:
        """Have moto's server serve ``backend`` at the ``url_bases`` and ``url_paths`` of ``urls``."""
        setattr(backend, self._urls.name, urls)
        self._backend.apply(backend)
