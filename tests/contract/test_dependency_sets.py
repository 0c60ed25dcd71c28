"""Each service runs with its own dependency set and nothing else."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
OWN = {"synergy-contracts", "synergy-chassis"}

# Imports every module of a package while modules of distributions outside its set cannot be found.
IMPORT_ALONE = """
import importlib, importlib.util, json, os, pkgutil, sys
os.environ["EVENTLET_NO_GREENDNS"] = "yes"
package, allowed = sys.argv[1], set(json.loads(sys.argv[2]))
owners = {top: set(dists) for top, dists in json.loads(sys.argv[3]).items()}

def outside(name):
    top = name.partition(".")[0]
    return top in owners and not owners[top] & allowed

class Fence:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if outside(name):
            raise ModuleNotFoundError(f"{name} belongs to {sorted(owners[top])}, which is not in the set", name=name)

sys.meta_path.insert(0, Fence())
ask = importlib.util.find_spec  # a library that asks whether an optional one is there hears no
importlib.util.find_spec = lambda name, package=None: None if outside(name) else ask(name, package)
root = importlib.import_module(package)
names = [m.name for m in pkgutil.walk_packages(root.__path__, package + ".") if ".migrations" not in m.name]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def locked(service: str) -> set[str]:
    """Names of the distributions in a service's lock, normalised (PEP 503)."""
    lines = (ROOT / "requirements" / f"{service}.lock").read_text().splitlines()
    names = {match[1] for line in lines if (match := re.match(r"([A-Za-z0-9._-]+)==", line))}
    return {normal(name) for name in names}


def normal(name: str) -> str:
    """As PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def owners() -> str:
    """Which distributions each package is of, as JSON."""
    found = metadata.packages_distributions()
    return json.dumps({top: [normal(name) for name in names] for top, names in found.items()})


@pytest.mark.parametrize("service", ["auth", "projects", "webhooks", "gateway"])
def test_a_service_imports_with_its_own_dependencies_alone(service, owners):
    allowed = locked(service) | OWN | {f"synergy-{service}"}

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORT_ALONE, f"synergy_{service}", json.dumps(sorted(allowed)), owners],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 8


def test_the_gateway_holds_no_database_driver():
    assert not locked("gateway") & {
        "psycopg",
        "psycopg-binary",
        "psycopg2",
        "sqlalchemy",
        "asyncpg",
        "alembic",
        "nameko",
    }


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda path: path.stem)
def test_every_locked_version_has_hashes_and_no_index_address(lock):
    text = lock.read_text()
    entries = re.findall(r"^[A-Za-z0-9._-]+==", text, re.MULTILINE)

    assert entries
    assert "://" not in text
    for entry in re.split(r"(?m)^(?=[A-Za-z0-9._-]+==)", text)[1:]:
        assert "--hash=sha256:" in entry, entry


def test_the_lock_holds_all_that_its_libraries_need():
    """The set-up installs the lock without asking what a library needs, so that no newer release can come between."""
    there = {normal(one.name): one for one in metadata.distributions()}
    lacking = []
    for name, distribution in there.items():
        for needed in map(Requirement, distribution.requires or []):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                found = there.get(normal(needed.name))
                if found is None or not needed.specifier.contains(found.version, prereleases=True):
                    lacking.append(f"{name} needs {needed}")

    assert len(there) > len(locked("auth"))
    assert [] == lacking
