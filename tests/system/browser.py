"""Chromium without a window, asked over a pipe (Chrome DevTools Protocol): no driver, no library."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Tab:
    """One page. Raises AssertionError for what the browser refuses, and for what its scripts throw."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._ids = count(1)
        self._rest = b""
        self._session: str | None = None
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def command(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        asked = {"id": number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._send, json.dumps(asked).encode() + b"\0")
        while (answer := self._message()).get("id") != number:
            pass
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, url: str) -> None:
        """Go there, anew also where only what is behind the `#` differs."""
        self.command("Page.navigate", url="about:blank")
        self.command("Page.navigate", url=url)

    def does(self, script: str) -> Any:
        """What an expression comes to."""
        answer = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def _message(self) -> Any:
        while b"\0" not in self._rest:
            read = os.read(self._receive, 65_536)
            assert read, "the browser has ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)


def out_of_the_way(descriptor: int) -> int:
    """The same, under a number above those that programs expect something of."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


@contextmanager
def a_tab(profile: Path) -> Iterator[Tab]:
    """A browser with one page, as long as the block lasts; what it keeps is in `profile`."""
    assert CHROMIUM
    (theirs_in, ours_out), (ours_in, theirs_out) = (map(out_of_the_way, os.pipe()) for _ in range(2))
    switches = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"]

    def its_descriptors() -> None:
        os.dup2(theirs_in, 3)  # where it reads
        os.dup2(theirs_out, 4)  # where it writes

    browser = subprocess.Popen(
        [CHROMIUM, *switches, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[3, 4], preexec_fn=its_descriptors,
    )  # fmt: skip
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Tab(ours_out, ours_in)
    finally:
        os.close(ours_out)
        with suppress(subprocess.TimeoutExpired):
            browser.wait(10)
        browser.kill()
        browser.wait()
        os.close(ours_in)
