"""Commands that unblind ask for a coordinator where a store has one, and record that it was done.

What belongs here: asking for name, password and reason. What does not: what is then shown. A password is typed, never
an argument or a variable of the environment, since other programs of the machine can read those.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.store.location import Location

if TYPE_CHECKING:
    from app.store.acts import Act

As = Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator, where the store has one.")]
Because = Annotated[str, typer.Option(help="Why, where the store has a coordinator: it is recorded.")]


def unblind(store: Location, what: str, name: str = "", because: str = "") -> None:
    """Let a coordinator see what readers must not, and record it; a store without one is open.

    Raises StudyProblem where name or password is wrong, or no reason is given.
    """
    from app.store.acts import Exported, Unblinded

    if protocols := _governed(store):
        because = because or typer.prompt("Why", err=True)
        acts: list[Act] = [Unblinded(each, what, because) for each in protocols]
        if what.startswith("export"):
            acts += [Exported(each, what, blinded=False) for each in protocols]
        _record(store, name, acts)


def allow_blinded(store: Location, name: str = "") -> None:
    """Let a coordinator export without unblinding, and record that."""
    from app.store.acts import Exported

    if protocols := _governed(store):
        _record(store, name, [Exported(each, "export", blinded=True) for each in protocols])


def _governed(store: Location) -> Sequence[str]:
    """The protocols of a store that has a coordinator, as sha-256; none for a store that is open or not there.

    A central database has no accounts: who may read it is a matter of PostgreSQL's roles (docs/sync.md).
    """
    from app.store.accounts import has_coordinator
    from app.store.glimpse import glimpse

    if not isinstance(store, Path) or not store.is_file():
        return ()
    with glimpse(store) as connection:
        if not has_coordinator(connection):
            return ()
        return [sha256 for (sha256,) in connection.execute("SELECT sha256 FROM protocols ORDER BY frozen_utc")] or [""]


def _record(store: Location, name: str, acts: Sequence[Act]) -> None:
    from app.store.accounts import SignIn
    from app.store.acts import Who, record
    from app.store.writer import StoreWriter
    from app.version import version

    name = name or typer.prompt("Coordinator", err=True)
    password = typer.prompt("Password", hide_input=True, err=True)
    writer = StoreWriter(Path(store), program_version=version())
    try:
        gate = SignIn(writer)
        who = gate.sign_in(Who("coordinator", name), password)
        writer.run(lambda connection: [record(connection, who, act) for act in acts]).result()
        gate.sign_out(who)
    finally:
        writer.close()
