"""What measures and tries the system is installed apart, whichever Python .venv was made of."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_virtual_environment_apart_needs_no_pip_of_the_python_it_is_made_of(tmp_path: Path):
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "load.lock").write_text("# nothing\n")

    done = [apart(tmp_path), apart(tmp_path)]

    assert [one.returncode for one in done] == [0, 0], done
    assert ["Installing" in one.stderr for one in done] == [True, False]
    assert {file.name for file in (tmp_path / ".venv-load" / "bin").glob("*")} >= {"python"}
    assert not list((tmp_path / ".venv-load").glob("lib/*/site-packages/pip"))


def apart(folder: Path) -> subprocess.CompletedProcess[str]:
    """`apart.sh` as `make load` calls it, in a folder of ours."""
    command = ["sh", str(ROOT / "infra" / "apart.sh"), "load", ".venv-load", "the load generator"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
