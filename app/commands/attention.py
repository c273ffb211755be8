"""The command on where readers' attention was.

What belongs here: arguments, messages. What does not: measuring (app.tracking.attention_measures), summing up
(app.analysis.attention).
"""

from __future__ import annotations

import typer

from app.commands.coordinator import As, Because, unblind
from app.commands.places import AsJson, StoreAt, location_of

commands = typer.Typer()


@commands.command(
    epilog="Example: readerlab attention store/readerlab.sqlite",
    short_help="Say where readers' attention was: slices, lesions, ways through.",
)
def attention(store: StoreAt, as_json: AsJson = False, coordinator: As = "", because: Because = "") -> None:
    """Say where readers' attention was: coverage, lesions, ways through depth.

    By view and pointer (with --json by gaze, too, phase by phase). What was on the screen is not what was looked at:
    docs/attention.md defines every figure. Where the store has a coordinator, it asks for name and password.
    """
    from app.analysis.attention import attention_of, summaries, to_json, to_text
    from app.store.verify import blaming_damage

    location = location_of(store)
    unblind(location, "attention", coordinator, because)
    with blaming_damage(location):
        found = attention_of(location)
    print(to_json(found) if as_json else to_text(summaries(found)))
