"""The page: Markdown out of what was measured."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bench.report import Cell, cell, number

Told = Mapping[str, Any]
"""One file: an environment and sections, as the programs write them with --json."""
ORDER: Final = ("http-ratios", "http-latency", "http-load", "http-script", "http-queries", "http-indexes",
                "http-caching", "webhooks", "streams", "http-resources", "http-scaling", "http-sizes",
                "store", "auth")  # fmt: skip
NOTHING: Final = "No full run is kept here yet: `make bench` on a machine at rest writes its tables below."
PROGRAMS: Final = {"store": "bench.store", "auth": "bench.auth", "webhooks": "bench.webhooks",
                   "streams": "bench.streams"}  # fmt: skip


def page(files: Mapping[str, Told], figures: Iterable[str], *, intro: str, outro: str) -> str:
    """The whole page; `files` by the names that ORDER has, `figures` the names of drawings beside them."""
    ordered = [name for name in ORDER if name in files] + sorted(files.keys() - set(ORDER))
    drawn = set(figures)
    parts = [intro.strip(), *(["## Numbers that are held", *held(files, ordered)] if files else [NOTHING])]
    for name in ordered:
        parts.append(f"## {title(name)}")
        parts.append(measured(name, files[name]["environment"]))
        parts += [
            f"![{title(name)}](benchmarks/{drawing})" for drawing in sorted(drawn) if drawing.startswith(f"{name}.")
        ]
        for section in files[name]["sections"]:
            parts.append(f"### {section['title']}")
            parts.append(table(section))
            if section["notes"]:
                parts.append("\n".join(f"- {note}" for note in section["notes"]))
    return "\n\n".join([*parts, outro.strip()]) + "\n"


def title(name: str) -> str:
    """A heading for a file."""
    return name.removeprefix("http-").replace("-", " ").capitalize()


def command(name: str) -> str:
    """What measures it again."""
    return f"python -m {PROGRAMS[name]}" if name in PROGRAMS else f'make bench BENCH="{name.removeprefix("http-")}"'


def measured(name: str, around: Mapping[str, Any]) -> str:
    """When, on what, and how much."""
    told = [f"`{command(name)}`", str(around["date"])[:16].replace("T", " "), f"commit `{around['commit']}`",
            f"{around['cores']} cores of {around['cpu']}, {around['memory_gib']} GiB, Linux {around['kernel']}",
            f"Python {around['python']}, PostgreSQL {around['postgresql']}",
            f"load {around['load_average']:.1f} before"]  # fmt: skip
    if "options" in around:
        sizes = around["options"]
        told.append(f"{sizes['users']} users, {sizes['projects']:,} projects, {sizes['tasks']:,} tasks")
        told.append(f"{sizes['rounds']} rounds, {sizes['seconds']:g} s each; in crowds {sizes['crowd_seconds']:g} s")
    if "limits" in around:
        told.append(f"limits: {around['limits']}")
    return "; ".join(told) + "."


def held(files: Mapping[str, Told], ordered: Sequence[str]) -> Iterator[str]:
    """Every number that is to be held, from all files."""
    rows = []
    for name in ordered:
        commit = files[name]["environment"]["commit"]
        for one in _once(hold for section in files[name]["sections"] for hold in section["holds"]):
            bound = f"{'≤' if one['at_most'] else '≥'} {number(one['bound'])}"
            reached = f"{number(one['value'])}{one.get('unit', '')}"
            rows.append([one["what"], reached, bound, "yes" if one["held"] else "**no**", title(name), f"`{commit}`"])
    yield grid(["what", "measured", "to be", "held", "part", "commit"], rows)


def _once(holds: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """What several sections of a part hold alike (that nothing failed, say) is told once, unless one of them missed."""
    told = set()
    for one in holds:
        if not one["held"] or one["what"] not in told:
            yield one
        told.add(one["what"])


def table(section: Mapping[str, Any]) -> str:
    """A section's rows, of either kind."""
    if "columns" in section:
        return grid(section["columns"], [[cell(one) for one in row] for row in section["rows"]])
    columns = ["", section["unit"], "spread", *(["of the floor"] if section["floor"] else [])]
    rows = [
        [row["name"], number(row["median"]), f"{row['spread']:.0%}",
         *([f"{row['ratio']:.2f}"] if section["floor"] else [])]
        for row in section["rows"]
    ]  # fmt: skip
    return grid(columns, rows)


def grid(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A Markdown table."""
    lines = [_line(columns), _line(["---", *["---:"] * (len(columns) - 1)])]
    return "\n".join([*lines, *(_line([cell(one) for one in row]) for row in rows)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(one.replace("|", "\\|") for one in cells) + " |"
