"""multipart/form-data (RFC 7578) whose parts are texts."""

from io import BytesIO
from typing import Final

from multipart import MultipartError, MultipartParser, ParserLimitReached  # type: ignore[import-untyped]

from synergy_gateway.problems import Problem

MOST_PARTS: Final = 1_000
LONGEST_BOUNDARY: Final = 70
"""RFC 2046 §5.1.1."""
LONGEST_NAME: Final = 100
"""Characters of a part's name that a message repeats."""


def pairs(body: bytes, boundary: str) -> list[tuple[str, str]]:
    """Name and text of every part, in order. Raises Problem: 400 for a broken form, 415 for a part that is a file."""
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise _broken("its Content-Type names no usable boundary")
    parser = MultipartParser(
        BytesIO(body), boundary, len(body), spool_limit=len(body) + 1, memory_limit=len(body) + 1,
        part_limit=MOST_PARTS, strict=True,
    )  # fmt: skip
    found: list[tuple[str, str]] = []
    try:
        for part in parser:
            if part.filename is not None:
                raise Problem(
                    415,
                    "unsupported-media-type",
                    f"“{(part.name or '')[:LONGEST_NAME]}” is a file; no files are taken here.",
                )
            if part.charset.lower() not in ("utf-8", "utf8"):
                raise _broken("a part is not in UTF-8")
            found.append((part.name or "", part.raw.decode()))
    except UnicodeDecodeError:
        raise _broken("a part is not in UTF-8") from None
    except ParserLimitReached:
        raise _broken("it has too many parts, or a part's header is too long") from None
    except (MultipartError, ValueError, LookupError):
        raise _broken("a part or its header is broken, or the end is missing") from None
    return found


def _broken(detail: str) -> Problem:
    return Problem(400, "malformed-body", f"The form cannot be read: {detail}.")
