"""The demo data of a SynergyOS that runs anywhere: made when asked, looked for before the original's load script."""

from rich.console import Console

from synergy_local import demo_data
from synergy_local.steps import stepping
from synergy_local.trouble import Trouble
from synergy_local.visitor import Visitor

READ: range = range(1, len(demo_data.PROJECTS) + 1)
"""The projects that the original's load script reads."""


def make(console: Console, url: str) -> None:
    """Make what is missing of the demo data at `url`. Raises Trouble."""
    with stepping(console, "Making the demo data") as tell:
        demo_data.make(url, progress=lambda done, total: tell("Making the demo data", f"project {done} of {total}"))
    console.print(f"[green]✓[/] Demo data: {len(demo_data.PROJECTS)} projects of {demo_data.USERNAME}", end="")
    console.print(f" (password {demo_data.PASSWORD}) at {url}", highlight=False)
    if lacking := unread(signed_in(url)):
        console.print(not_first(lacking), soft_wrap=True)


def require(url: str) -> None:
    """Raises Trouble when the load script could not sign in at `url`, or not read what it reads."""
    visitor = Visitor(url)
    try:
        visitor.answer("GET", "/livez")
    except Trouble:
        raise Trouble(
            f"Nothing answers at {url}. Start it with `make run`, or name another place: make load HOST=http://…"
        ) from None
    if lacking := unread(signed_in(url)):
        raise Trouble(not_first(lacking))


def signed_in(url: str) -> Visitor:
    """The demo user at `url`. Raises Trouble."""
    visitor = Visitor(url)
    if not demo_data.is_there(url):
        raise Trouble(
            f"{demo_data.USERNAME} cannot sign in at {url}: there is no demo data. Make it first: make demo HOST={url}"
        )
    visitor.sign_in(demo_data.USERNAME, demo_data.PASSWORD)
    return visitor


def unread(visitor: Visitor) -> list[int]:
    """Which of the projects that the load script reads the demo user cannot."""
    return [n for n in READ if visitor.answer("GET", f"/api/projects/{n}/").status_code != 200]


def not_first(lacking: list[int]) -> str:
    """Why there are projects that the load script would miss."""
    return (
        f"{demo_data.USERNAME} has no project {', '.join(map(str, lacking))}, and the original's load script reads "
        f"projects {READ[0]}-{READ[-1]}: it needs a SynergyOS whose first projects are the demo data."
    )
