"""
Figures of what was measured, as SVG beside its JSON: `drawing.py FOLDER`. Runs where matplotlib is installed, and
imports nothing of ours.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "synergyos", "svg.fonttype": "none", "font.size": 9})

import matplotlib.pyplot as plt  # noqa: E402

THEIRS = "twin of the original"
OURS, TWIN, GREY = "#2b6cb0", "#c05621", "#718096"


def save(figure, path: Path) -> None:
    """Write it; the same figures make the same file."""
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


def latency(told: dict, path: Path) -> None:
    """Means of both, endpoint by endpoint."""
    section = told["sections"][0]
    rows = section["rows"][::-1]
    figure, axes = plt.subplots(figsize=(8, 0.32 * len(rows) + 1))
    places = range(len(rows))
    axes.barh([place + 0.2 for place in places], [row[1] for row in rows], 0.38, color=OURS, label="SynergyOS")
    axes.barh(
        [place - 0.2 for place in places], [row[7] or 0 for row in rows], 0.38, color=TWIN, label="twin of the original"
    )
    axes.set_yticks(list(places), [row[0] for row in rows])
    axes.set_xscale("log")
    axes.set_xlabel("mean, ms (logarithmic)")
    axes.legend(loc="lower right")
    save(figure, path)


def load(told: dict, path: Path) -> None:
    """Requests a second by users, without waits."""
    section = told["sections"][1]
    users = [row[0] for row in section["rows"]]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    for axes, column, what in ((left, 0, "requests/s"), (right, 3, "p99, ms")):
        axes.plot(users, [row[2 + column] for row in section["rows"]], "o-", color=OURS, label="SynergyOS")
        if len(section["columns"]) > 7:
            axes.plot(
                users, [row[7 + column] for row in section["rows"]], "o-", color=TWIN, label="twin of the original"
            )
        axes.set_xlabel("users, without waits")
        axes.set_ylabel(what)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.legend()
    save(figure, path)


def ratios(told: dict, path: Path) -> None:
    """Every row as a ratio to its floor."""
    rows = [row for section in told["sections"] for row in section["rows"] if isinstance(row, dict)]  # lists: no ratios
    found = [(f"{row['name']}", row["ratio"]) for row in rows][::-1]
    figure, axes = plt.subplots(figsize=(8, 0.3 * len(found) + 1))
    colours = [TWIN if name.startswith("the twin") else GREY if ratio == 1 else OURS for name, ratio in found]
    axes.barh(range(len(found)), [ratio for _, ratio in found], color=colours)
    axes.set_yticks(range(len(found)), [name for name, _ in found])
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("of the floor (logarithmic)")
    save(figure, path)


DRAWN = {"http-latency": latency, "http-load": load, "http-ratios": ratios}


def main() -> None:
    """Every figure for which there are numbers."""
    folder = Path(sys.argv[1])
    for name, draw in DRAWN.items():
        source = folder / f"{name}.json"
        if source.exists():
            draw(json.loads(source.read_text("utf-8")), folder / f"{name}.svg")


if __name__ == "__main__":
    main()
