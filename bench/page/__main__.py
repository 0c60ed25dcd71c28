"""`python -m bench.page`: writes docs/benchmarks.md and its figures out of docs/benchmarks/*.json."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.environment import ROOT
from bench.page.rendering import page

FOLDER: Final = ROOT / "docs" / "benchmarks"
PAGE: Final = ROOT / "docs" / "benchmarks.md"
DRAWING: Final = ROOT / ".venv-bench" / "bin" / "python"
TEXTS: Final = Path(__file__).parent
APART: Final = "quick"
"""What `make bench-quick` compares with: no part of the page."""


def main() -> int:
    """Draw, and write."""
    files = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json") if path.stem != APART}
    if files and DRAWING.exists():
        subprocess.run([DRAWING, TEXTS / "drawing.py", FOLDER], check=True)
    intro, outro = ((TEXTS / name).read_text("utf-8") for name in ("intro.md", "outro.md"))
    PAGE.write_text(page(files, [path.name for path in FOLDER.glob("*.svg")], intro=intro, outro=outro), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
