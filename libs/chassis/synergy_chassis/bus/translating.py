"""From the domain's no to the one that crosses the bus."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from synergy_contracts.refusals import Refused


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """
    Turn a domain error into Refused: its `kind` and `code`, its text as detail, and its `pointer` (RFC 6901) or
    `parameter`, if it has one, as what is at fault. `retry_after` (whole seconds) crosses where the error has it.
    """
    try:
        yield
    except errors as error:
        detail = str(error)
        named = {name: value for name in ("pointer", "parameter") if (value := getattr(error, name, None))}
        at_fault = json.dumps([named | {"detail": detail}]) if named else ""
        retry_after = str(getattr(error, "retry_after", None) or "")
        kind, code = getattr(error, "kind", "invalid"), getattr(error, "code", "invalid")
        raise Refused(kind, code, detail, at_fault, retry_after) from error
