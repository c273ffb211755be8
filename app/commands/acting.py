"""The command that shows the audit trail: what coordinators did, who signed in, what was sent.

What belongs here: arguments, the lines. What does not: acts (app.store.acts), what holds after them (acts_in_force).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from app.commands.coordinator import As, Because, unblind
from app.commands.places import AsJson, StoreAt, location_of

if TYPE_CHECKING:
    from app.store.acts import RecordedAct

commands = typer.Typer()


@commands.command(
    epilog="Example: readerlab acts my-study", short_help="Show the audit trail: who did what, when, why."
)
def acts(store: StoreAt, as_json: AsJson = False, coordinator: As = "", because: Because = "") -> None:
    """Show the audit trail of a store: who did what, when (UTC) and why, in order.

    What readers did is in their sittings' logs. Where the store has a coordinator, it asks for name and password.
    """
    from app.store.acts import acts as recorded
    from app.store.location import open_any
    from app.store.verify import blaming_damage

    location = location_of(store)
    unblind(location, "audit trail", coordinator, because)
    with blaming_damage(location), open_any(location) as reader:
        found = recorded(reader.connection)
    if as_json:
        print(json.dumps([_plain(each) for each in found], indent=1))
        return
    for each in found:
        print(_line(each))
    if not found:
        print("Nobody has done anything yet that goes into the audit trail.")


def _plain(recorded: RecordedAct) -> dict[str, object]:
    by, act = recorded.by, recorded.act
    return {"seq": recorded.seq, "utc": recorded.utc, "role": by.role, "who": by.name, "act": type(act).__name__} | {
        "fields": asdict(act)
    }


def _line(recorded: RecordedAct) -> str:
    """An act on one line; protocols by the beginning of their hash, the reason last."""
    fields = {name: value for name, value in asdict(recorded.act).items() if value not in ("", None)}
    reason = fields.pop("reason", "")
    told = [f"{name} {value[:8] if _is_hash(value) else value}" for name, value in fields.items()]
    by = recorded.by.name or recorded.by.role
    line = f"{recorded.utc[:19].replace('T', ' ')}  {by}  {type(recorded.act).__name__}  {', '.join(told)}".rstrip()
    return f"{line}: {reason}" if reason else line


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) in (32, 64) and set(value) <= set("0123456789abcdef")
