"""Commands that put a store under a key, and back.

What belongs here: arguments, messages, exit status. What does not: how it is done (app.store.converting).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.places import StoreFile, store_of
from app.store import encryption
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from app.store.converting import Converted

commands = typer.Typer()
KeyFile = Annotated[str, typer.Option("--new-key", metavar="FILE", help="Make a new key in this file and use it.")]


@commands.command(
    epilog="Example: readerlab encrypt my-study --new-key ~/keys/my-study.key",
    short_help="Encrypt a store at rest (SQLCipher).",
)
def encrypt(store: StoreFile, new_key: KeyFile = "") -> None:
    """Encrypt a store at rest (SQLCipher), under a new key or the one of --key-file.

    Afterwards every command needs `readerlab --key-file FILE …`, or READERLAB_STORE_KEY_FILE. Whoever loses the key
    loses the store: keep a copy of it somewhere else.
    """
    from app.store import converting

    path, made = store_of(store), Path(new_key).expanduser() if new_key else None
    key = _key_for(path, made)
    try:
        done = converting.encrypt(path, key)
    except StudyProblem:
        if made is not None:
            made.unlink(missing_ok=True)  # nothing was encrypted with it
        raise
    print(f"{done.path}: encrypted, {done.events:,} events, every hash as before.")
    print("Keep a copy of the key somewhere else: without it nobody can read the store again.")
    _say_left(done)


@commands.command(epilog="Example: readerlab decrypt my-study, the key named by READERLAB_STORE_KEY_FILE")
def decrypt(store: StoreFile) -> None:
    """Put an encrypted store back in clear."""
    from app.store import converting

    done = converting.decrypt(store_of(store), _named_key())
    print(f"{done.path}: in clear, {done.events:,} events, every hash as before.")


def _key_for(store: Path, new: Path | None) -> bytes:
    if new is None:
        return _named_key()
    if store.is_file() and not encryption.is_plain(store):
        raise StudyProblem("The store is encrypted already.", where=str(store), todo="No key was made.")
    return encryption.make_key(new)


def _named_key() -> bytes:
    key = encryption.store_key()
    if key is None:
        raise StudyProblem(
            "No key was named.",
            todo=f"Put {encryption.OPTION} FILE before the command, or set {encryption.VARIABLE}.",
        )
    return key


def _say_left(done: Converted) -> None:
    print("What the plain store held may still be found on the disk by those who search it: encrypt the disk as well.")
    for copy in done.plain_copies:
        print(f"still in clear: {copy}")
