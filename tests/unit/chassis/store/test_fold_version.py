"""What counts as the same code: an interrupted rebuild is gone on with by none other."""

import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

import pytest

from synergy_chassis.store.fold_version import fold_version, package_version

MODEL = "class Model:\n    def fold(self, facts): return {}\n\n\ndef apply(events, rows): ...\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A service's package with a model in a room of its own, and upcasters in another."""
    folder = tmp_path / "synergy_folding"
    for name, text in {
        "__init__": "",
        "projections": MODEL,
        "domain/__init__": "",
        "domain/upcasters": "A = 1\n",
    }.items():
        file = folder / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    package_version.cache_clear()
    yield folder
    package_version.cache_clear()
    for name in [name for name in sys.modules if name.startswith("synergy_folding")]:
        del sys.modules[name]


def projections() -> ModuleType:
    invalidate_caches()
    return import_module("synergy_folding.projections")


def test_the_same_code_has_the_same_version_however_it_is_reached(package: Path) -> None:
    module = projections()
    model, apply = fold_version(module.Model()), fold_version(module.apply)

    assert model == apply == fold_version(partial(partial(module.apply), rows=None)) == fold_version(module.Model())


@pytest.mark.parametrize("changed", ["projections.py", "domain/upcasters.py", "domain/new.py"])
def test_a_change_anywhere_in_the_package_is_another_version(package: Path, changed: str) -> None:
    model = projections().Model()
    before = fold_version(model)
    file = package / changed
    file.write_text((file.read_text() if file.exists() else "") + "# changed\n")
    still = fold_version(model)
    package_version.cache_clear()  # as another process

    assert still == before != fold_version(model)


def test_another_package_is_another_version(package: Path) -> None:
    assert fold_version(projections().Model()) != fold_version(fold_version)
