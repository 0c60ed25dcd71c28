"""Fills in what golden files lack."""

import json

from golden.files import Golden, ever_stored


def complete(golden: Golden) -> bool:
    """Write down the results that are not there yet; tells whether anything was written."""
    before = golden.content()
    after = {
        "fingerprint": before.get("fingerprint", golden.fingerprint() if golden.today else None),
        "cases": {
            name: {"stored": stored, "decoded": decoded or golden.decoded(stored)}
            for name, stored, decoded in golden.cases()
        },
    }
    if after == before:
        return False
    golden.path.write_text(json.dumps(after, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return True


for golden in ever_stored():
    if not golden.path.exists():
        print(f"{golden.path}: missing; write it with stored data under `cases`")
    elif complete(golden):
        print(f"{golden.path}: completed")
