"""
A stand-in for curl where there is none: `python curl.py [-s] [-X method] [-H header] [-d data] url`.

It knows what the documents use, and exits 2 at anything else, so that no command of theirs is passed over in silence.
"""

import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

USAGE, NO_CONNECTION = 2, 7
TAKING = ("-X", "-H", "-d")


def main(words: list[str]) -> int:
    """Send the request and print the answer's body, whatever its status; the exit codes are curl's."""
    given: dict[str, list[str]] = {option: [] for option in TAKING}
    urls: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in TAKING:
            given[word].append(next(rest))
        elif word.startswith("-") and word != "-s":
            sys.stderr.write(f"curl: option {word}: is unknown to this stand-in\n")
            return USAGE
        elif word != "-s":
            urls.append(word if "://" in word else f"http://{word}")
    if len(urls) != 1 or any(data.startswith("@") for data in given["-d"]):
        sys.stderr.write("curl: this stand-in takes one address, and data as it stands\n")
        return USAGE
    return ask(urls[0], given)


def ask(url: str, given: dict[str, list[str]]) -> int:
    """One request: POST where there is data, or the method that is given."""
    address = urlsplit(url)
    body = "&".join(given["-d"]).encode() if given["-d"] else None
    headers = {"Accept": "*/*"} | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})
    for header in given["-H"]:
        name, _, value = header.partition(":")
        headers = {known: kept for known, kept in headers.items() if known.lower() != name.lower()}
        headers[name] = value.strip()
    method = given["-X"][-1] if given["-X"] else ("GET" if body is None else "POST")
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    connection = HTTPConnection(address.hostname or "", address.port or 80, timeout=60)
    try:
        connection.request(method, path, body, headers)
        sys.stdout.buffer.write(connection.getresponse().read())
    except OSError:
        return NO_CONNECTION
    finally:
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
