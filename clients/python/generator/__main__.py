"""`make client`: write the generated modules anew; with --check only tell whether they are current (exit 1 if not)."""

import sys
from pathlib import Path

from generator.modules import MODULES, written

HERE = Path(__file__).parent.parent / "synergy_client"


def main(arguments: list[str]) -> int:
    """Write the modules, or compare them."""
    stale = []
    for name in MODULES:
        path, text = HERE / f"{name}.py", written(name)
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    sys.stdout.write(f"{'not current' if '--check' in arguments else 'written'}: {', '.join(stale) or 'none'}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
