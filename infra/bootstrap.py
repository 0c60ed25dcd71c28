"""
Makes .venv and installs the locked dependencies and our own packages: `python3 infra/bootstrap.py`.

Standard library only. A second call with nothing changed returns at once. The lock's own uv installs the rest, in a
tenth of pip's time, from where pip is configured to find packages; where that fails pip does it all. What both say goes
to .synergy/logs/setup.log and is shown when it fails.
"""

import errno
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

if sys.version_info < (3, 11):  # noqa: UP036 - told, because older ones get this far
    sys.exit(
        f"SynergyOS needs Python 3.11 or newer; this is {sys.version.split()[0]}. Install one, or name one: "
        "make run PYTHON=/path/to/python3.11"
    )

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "synergy-set-up"
LOCK = ROOT / "requirements" / "dev.lock"
STATE = ROOT / ".synergy"
LOG = STATE / "logs" / "setup.log"
PACKAGES = (
    "libs/contracts", "libs/chassis",
    "services/auth", "services/projects", "services/webhooks", "services/gateway",
    "clients/python", "clients/cli", "infra/operator", "infra/local",
)  # fmt: skip
NEEDED_BYTES = 1_000_000_000
FULL = "No space left"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_END = 10


class Stop(Exception):
    """A clear sentence for the person at the terminal."""


def main() -> None:
    """Set up what is missing. Exits 1 with a clear sentence when that is impossible."""
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        with one_at_a_time():
            wanted = fingerprint()
            if not set_up(wanted):
                whole = STAMP.exists()
                STAMP.unlink(missing_ok=True)
                make_venv(anew=not whole)
                install_locked()
                install_ours()
                STAMP.write_text(wanted, "ascii")
                say("Set up.", last=True)
    except Stop as stop:
        sys.exit(f"\n{stop}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start goes on from here.")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.exit(f"\n{disk_full()}")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR):
            sys.exit(f"\nThis folder cannot be written: {error.filename or ROOT}. Clone SynergyOS where you may write.")
        raise


def interrupt(*_: object) -> None:
    """Leave by the blocks that end what was begun; later signals do not interrupt them."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """
    Two set-ups of one folder take turns, so that `make run` and `make test` may begin together.

    The lock tells `make stop` and `make clean` which process sets up, and for which verb.
    """
    STATE.mkdir(mode=0o700, exist_ok=True)
    LOG.parent.mkdir(mode=0o700, exist_ok=True)
    with (STATE / "setup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {os.environ.get('SET_UP_FOR', 'setup')}\n")
        lock.flush()
        yield


def set_up(wanted: str) -> bool:
    """Whether .venv is what the lock and the packages' own files ask for."""
    return (VENV / "bin" / "python").exists() and STAMP.exists() and STAMP.read_text("ascii") == wanted


def fingerprint() -> str:
    """A digest of everything the set-up depends on."""
    if not LOCK.exists():
        raise Stop(f"{LOCK.relative_to(ROOT)} is missing: this clone is not complete.")
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (Path(__file__), LOCK, *(ROOT / package / "pyproject.toml" for package in PACKAGES)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_venv(*, anew: bool) -> None:
    """Make .venv; one that is there is kept unless it is broken, of another Python, or to be made `anew`."""
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Stop(disk_full())
    if works() and not anew:
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        install_venv_package()
    say("Making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if (python := chosen()) == sys.executable:
        run([python, "-m", "venv", str(VENV)], "Making .venv")
        return
    run([python, "-m", "venv", "--without-pip", str(VENV)], "Making .venv")
    wheel = bundled_pip()
    run([str(VENV / "bin" / "python"), f"{wheel}/pip", "install", "--no-index", "--no-deps", wheel], "Making .venv")


def chosen() -> str:
    """The Python that .venv is made of: the one that was named, else the quickest of its version here."""
    sys.path.insert(0, str(ROOT / "infra" / "local"))
    from synergy_local import interpreters

    return sys.executable if os.environ.get("PYTHON_NAMED") or not bundled_pip() else interpreters.quickest()


def bundled_pip() -> str:
    """The wheel of pip that comes with the running Python: another one may lack it. Empty when this one does."""
    spec = importlib.util.find_spec("ensurepip")
    folder = Path(spec.origin).parent / "_bundled" if spec is not None and spec.origin else Path(os.devnull)
    return next((str(wheel) for wheel in folder.glob("pip-*.whl")), "")


def works() -> bool:
    """Whether .venv has this very version of Python and a pip."""
    ask = "import pip, sys; print(*sys.version_info[:2])"
    try:
        told = subprocess.run([str(VENV / "bin" / "python"), "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return told.returncode == 0 and told.stdout.split() == [str(part) for part in sys.version_info[:2]]


def install_venv_package() -> None:
    """Debian keeps Python's venv in a package of its own. Installs it when we may, else says how."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    sys.path.insert(0, str(ROOT / "infra" / "local"))
    from synergy_local import apt

    if not apt.available():
        raise Stop("This Python lacks its venv and ensurepip modules. Install them, or name another: make run PYTHON=…")
    if apt.as_root() is None:
        raise Stop(f"This Python lacks its venv module. Run: {apt.advice([package])}")
    say(f"Installing {package}")
    if not apt.install([package], log=LOG, progress=lambda step: say(f"Installing {package}: {step}")):
        raise Stop(f"{package} could not be installed:\n{tail()}\nRun: {apt.advice([package])}")
    importlib.invalidate_caches()


def install_locked() -> None:
    """Install the lock, every file checked against its hash."""
    total = len(re.findall(r"^[A-Za-z0-9._-]+==", LOCK.read_text("utf-8"), re.MULTILINE))
    say(f"Installing {total} libraries")
    count = 0

    def watch(line: str) -> None:
        nonlocal count
        if line.startswith(("Collecting ", "Processing ", "Ignoring ", "Requirement already satisfied: ")):
            count += 1
            say(f"Fetching libraries: {min(count, total)} of {total}")
        elif line.startswith("Installing collected"):
            say(f"Installing {total} libraries")
        elif line.startswith("Downloading "):
            say(f"Fetching libraries: {line.removeprefix('Downloading ').strip()}")

    locked = ["--no-deps", "--require-hashes", "-r"]
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as alone:
        alone.write(_of_lock("uv"))
        alone.flush()
        pip([*locked, alone.name], "Installing uv", lambda _: None)
    install([*locked, str(LOCK)], "Installing the libraries", watch)


def install_ours() -> None:
    """Install our own packages so that the source itself is what runs."""
    say("Installing SynergyOS' own packages")
    editable = [part for package in PACKAGES for part in ("-e", str(ROOT / package))]
    install(["--no-deps", "--no-build-isolation", *editable], "Installing SynergyOS' own packages", lambda _: None)
    compiling = [str(VENV / "bin" / "python"), "-m", "compileall", "-q", "-j", "0"]  # so that no program begins with it
    run([*compiling, *(str(ROOT / package) for package in PACKAGES)], "Compiling SynergyOS' own packages")


def install(arguments: list, what: str, watch) -> None:  # type: ignore[no-untyped-def, type-arg]
    """Install with uv, or, where it finds no way that pip may know, with pip; `watch` is told each line."""
    options = ["--python", str(VENV / "bin" / "python"), "--compile-bytecode", *as_pip_is_configured()]
    try:
        run([str(VENV / "bin" / "uv"), "pip", "install", *options, *arguments], what, watch)
    except Stop:
        if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
            raise
        pip(arguments, what, watch)


def as_pip_is_configured() -> list:  # type: ignore[type-arg]
    """uv's options for the indexes, folders and hosts that pip's configuration names: the hashes say what is right."""
    told = subprocess.run(
        [str(VENV / "bin" / "python"), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    settings: dict[str, list[str]] = {}
    for scope in ("global", "install", ":env:"):  # each counts more than the one before it
        for name, value in re.findall(rf"^{scope}\.([a-z-]+)='(.*)'$", told, re.MULTILINE):
            settings[name] = value.replace("\\n", " ").split()
    options = {"index-url": "--default-index", "extra-index-url": "--index", "find-links": "--find-links",
               "trusted-host": "--allow-insecure-host"}  # fmt: skip
    given = [part for name, option in options.items() for value in settings.get(name, []) for part in (option, value)]
    return [*given, "--index-strategy", "unsafe-best-match", *(["--no-index"] if "no-index" in settings else [])]


def pip(arguments: list, what: str, watch) -> None:  # type: ignore[no-untyped-def, type-arg]
    """Run `pip install`; `watch` is told each line."""
    options = ["--disable-pip-version-check", "--no-input", "--no-warn-script-location", "--progress-bar", "off"]
    run([str(VENV / "bin" / "python"), "-m", "pip", "install", *options, *arguments], what, watch)


def _of_lock(name: str) -> str:
    """What the lock says of one library: its version and its hashes."""
    found = re.search(rf"^{name}==.*(?:\n[ \t]+.*)*\n", LOCK.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise Stop(f"{LOCK.relative_to(ROOT)} does not name {name}: this clone is not complete.")
    return found[0]


def run(command: list, what: str, watch=lambda _: None) -> None:  # type: ignore[no-untyped-def, type-arg]
    """
    Run a program with its output in the log. Raises Stop with the end of it when it fails.

    It ends when we are interrupted, with whatever it has started.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PIP_USER")}
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                log.write(line)
                watch(line)
            process.wait()
        finally:
            end(process)
    if process.returncode != 0:
        said = tail()
        raise Stop(disk_full() if FULL in said else f"{what} failed (all of it: {LOG.relative_to(ROOT)}):\n{said}")


def end(process: "subprocess.Popen[str]") -> None:
    """End a program of ours and what it has started, if it still runs."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                continue


def tail() -> str:
    """The last words of the log."""
    return "\n".join(LOG.read_text("utf-8", "replace").splitlines()[-15:])


def disk_full() -> str:
    """What to say when there is no room."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    return f"The disk is full: the set-up needs {NEEDED_BYTES // 1_000_000} MB in {ROOT}, and {free} MB are free."


def say(text: str, *, last: bool = False) -> None:
    """Show a step: on one line that is rewritten at a terminal, on a line of its own elsewhere."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stdout.write(f"\r\033[K{text[:width]}" + ("\n" if last else ""))
    elif not text.startswith("Fetching") or text.split()[2].endswith("0"):
        sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
