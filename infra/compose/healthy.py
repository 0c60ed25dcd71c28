"""
A container's health check, for an image without curl. Standard library only, started with `python -I -S`.

`healthy.py http 8000 /readyz`: the address answers 200. `healthy.py connected 5672 5432`: this container holds an
established connection to each port, read from /proc; a process that lost its broker or its database has none.
"""

import http.client
import sys
from pathlib import Path

ESTABLISHED = "01"


def answers(port: int, path: str) -> bool:
    """Whether our own port answers 200 within 3 s."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    connection.request("GET", path)
    return connection.getresponse().status == 200


def connected(ports: set[int]) -> bool:
    """Whether there is an established connection to every one of `ports` on another machine."""
    held = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text("ascii").splitlines()[1:] if table.exists() else ():
            remote, state = line.split()[2:4]
            if state == ESTABLISHED:
                held.add(int(remote.rpartition(":")[2], 16))
    return ports <= held


def main(asked: list[str]) -> int:
    """0 when healthy, 1 when not, 2 when asked wrongly."""
    match asked:
        case ["http", port, path]:
            try:
                return 0 if answers(int(port), path) else 1
            except (OSError, http.client.HTTPException):
                return 1
        case ["connected", _, *_]:
            return 0 if connected({int(port) for port in asked[1:]}) else 1
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
