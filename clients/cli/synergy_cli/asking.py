"""A verb's way to the server: who is signed in, and what goes wrong said in a sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from synergy_cli import session
from synergy_cli.showing import errors
from synergy_client import ApiError, Synergy, Unreachable

REFUSED = 1
MISUSED = 2


@contextmanager
def signed_in() -> Iterator[Synergy]:
    """The client of whoever is signed in, while the block lasts. Exits 2 for nobody, and as `saying` does."""
    with saying():
        try:
            client = session.client(os.environ)
        except session.NotSignedIn as nobody:
            errors.print(str(nobody), markup=False)
            raise typer.Exit(MISUSED) from None
        with client:
            yield client


@contextmanager
def saying() -> Iterator[None]:
    """Exits 1 where the server refuses or does not answer, after saying so."""
    try:
        yield
    except ApiError as no:
        errors.print(no.detail or str(no), markup=False)
        for error in no.errors:
            errors.print(f"  {error.get('pointer') or error.get('parameter', '')}: {error['detail']}", markup=False)
        raise typer.Exit(REFUSED) from None
    except Unreachable as silent:
        errors.print(str(silent), markup=False)
        raise typer.Exit(REFUSED) from None
    except session.NotSignedIn as nobody:
        errors.print(str(nobody), markup=False)
        raise typer.Exit(MISUSED) from None


def given(**fields: object) -> dict[str, object]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}
