"""The page shows every number with when and at which commit it was measured."""

from bench.page.rendering import page
from bench.report import Grid, Hold, Section
from bench.series import Series

AROUND = {
    "date": "2026-11-28T09:00:00+00:00", "commit": "abc1234", "cpu": "a processor", "cores": 2, "load_average": 0.5,
    "memory_gib": 24.0, "kernel": "6.1", "python": "3.11.7", "psycopg": "3", "postgresql": "15", "settings": {},
}  # fmt: skip
GRID = Grid(title="Response times", columns=["ms", "mean", "twin"], rows=[["GET a|b", 1.234, None]], notes=["a note"],
            holds=[Hold("failed", 0, 0, at_most=True), Hold("rate", 100.0, 400, unit="/s")])  # fmt: skip
SECTION = Section(title="Appends", unit="1/s", series={"floor": Series((10.0,)), "ours": Series((5.0,))}, floor="floor")


def test_the_page():
    files = {
        "store": {"environment": AROUND | {"commit": "def5678"}, "sections": [SECTION.as_json()]},
        "http-latency": {"environment": AROUND, "sections": [GRID.as_json()]},
    }
    told = page(files, ["http-latency.svg"], intro="# Benchmarks\n", outro="## Limits\n")

    assert told.startswith("# Benchmarks\n")
    assert told.endswith("## Limits\n")
    assert "| failed | 0 | ≤ 0 | yes | Latency | `abc1234` |" in told
    assert "| rate | 100/s | ≥ 400 | **no** | Latency | `abc1234` |" in told
    assert "| GET a\\|b | 1.23 |  |" in told
    assert "| ours | 5.00 | 0% | 0.50 |" in told
    assert "![Latency](benchmarks/http-latency.svg)" in told
    assert "- a note" in told
    assert told.index("## Latency") < told.index("## Store"), "in the order of the parts"
    assert "commit `def5678`" in told


def test_before_anything_was_measured_it_says_so():
    told = page({}, [], intro="# Benchmarks\n", outro="## Limits\n")

    assert "No full run is kept here yet" in told
    assert "Numbers that are held" not in told
