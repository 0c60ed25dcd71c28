"""The table of a run, as text and as the rows of a Markdown table."""

from collections.abc import Iterable

from chaos.rounds import Row

HEAD = (
    f"{'what happened':<34} {'requests':>8} {'acked':>6} {'503':>5} {'slowest':>8} "
    f"{'writes':>7} {'webhooks':>8} {'health':>7}  breaches"
)
MARKDOWN = """\
| what happened | requests | acknowledged | 503 | slowest answer | writes again | webhooks again | healthy | breaches |
|---|---|---|---|---|---|---|---|---|"""


def line(row: Row) -> str:
    """One row, followed by its breaches."""
    told = "none" if not row.breaches else str(len(row.breaches))
    text = (
        f"{row.name:<34} {row.requests:>8} {row.acknowledged:>6} {row.refused:>5} {row.slowest:>6.1f} s "
        f"{row.writes:>5.1f} s {row.webhooks:>6.1f} s {row.health:>5.1f} s  {told}"
    )
    return "\n".join([text, *(f"    {breach}" for breach in row.breaches)])


def markdown(rows: Iterable[Row]) -> str:
    """The whole table for a document."""
    return "\n".join(
        [
            MARKDOWN,
            *(
                f"| {r.name} | {r.requests} | {r.acknowledged} | {r.refused} | {r.slowest:.1f} s | {r.writes:.1f} s "
                f"| {r.webhooks:.1f} s | {r.health:.1f} s | {len(r.breaches) or 'none'} |"
                for r in rows
            ),
        ]
    )
