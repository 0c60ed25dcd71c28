"""Which code makes rows of events. What was folded by other code says nothing of what this code would have made."""

import hashlib
import sys
from collections.abc import Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_SHARED: Final = ("synergy_chassis", "synergy_contracts")


def fold_version(fold: Any) -> str:
    """
    SHA-256 over the Python source of the package that `fold` (a model, or a function) comes from and of those it is
    built on: the fold itself, its upcasters, and all that they call. What does not concern it changes it too; that
    costs a rebuild which was interrupted a second beginning, and nobody has to remember to count a version up.
    """
    packages = sorted({_module(fold).partition(".")[0], *_SHARED})
    return hashlib.sha256(b"".join(map(package_version, packages))).hexdigest()


@cache
def package_version(package: str) -> bytes:
    """SHA-256 over the source of one package as it was when this process first asked: what it runs does not change."""
    digest = hashlib.sha256()
    for name, source in _sources(package):
        for part in (name.encode(), source):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _module(fold: Any) -> str:
    while isinstance(fold, partial):
        fold = fold.func
    module: str = fold.__module__  # of the function, or of the model's class
    return module


def _sources(package: str) -> Iterator[tuple[str, bytes]]:
    spec = None if package == "__main__" else find_spec(package)
    folders = list(dict.fromkeys(spec.submodule_search_locations or [])) if spec else []  # a path may be named twice
    for folder in folders:
        for file in sorted(Path(folder).rglob("*.py")):
            yield f"{package}/{file.relative_to(folder).as_posix()}", file.read_bytes()
    if not folders:
        origin = spec.origin if spec else getattr(sys.modules["__main__"], "__file__", None)
        yield package, Path(origin).read_bytes() if origin else b""
