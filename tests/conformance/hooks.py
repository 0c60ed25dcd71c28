"""
What schemathesis reads of the document: answers as they are without `fields`, for with it every field may be missing,
and a check that lets them miss finds nothing. `tests/unit/gateway/test_fields.py` has what is answered then.
"""

from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Take `fields` away, and what is answered for it."""
    for path in raw_schema["paths"].values():
        for operation in path.values():
            named = [one for one in operation.get("parameters", ()) if one["name"] == "fields"]
            if not named:
                continue
            operation["parameters"].remove(named[0])
            content = operation["responses"]["200"]["content"]["application/json"]
            content["schema"] = content["schema"]["anyOf"][0]
