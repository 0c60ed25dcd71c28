"""A mail server on loopback that keeps what it is sent (RFC 5321, as much as a sender needs)."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread


@dataclass
class PostOffice:
    """`mails` are those accepted; addresses in `unknown` are refused for good, those in `busy` for now."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A server that lives as long as the block."""
    office = PostOffice()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 test")
            while line := self.rfile.readline().decode().strip():
                verb, _, rest = line.partition(" ")
                address = rest.partition("<")[2].partition(">")[0]
                match verb.upper():
                    case "RCPT" if address in office.unknown:
                        self.say("550 nobody of that name")
                    case "RCPT" if address in office.busy:
                        self.say("450 come again")
                    case "DATA":
                        self.say("354 go on")
                        self.receive()
                        self.say("250 kept")
                    case "QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 ok")

        def receive(self) -> None:
            content = b""
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                content += line
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            office.mails.append(message)

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
