"""docs/keyboard.md, written from the tables that the program itself uses: `python -m app.windows.keyboard_page`.

What belongs here: the page as Markdown. What does not: the tables.
"""

from __future__ import annotations

from app.windows.help_overlay import MOUSE, KeyGroup, command_groups

HEAD = """# Keys

Everything can be done from the keyboard. `?` lists the keys inside the program, with those of the questions on the
screen. This page is written by `python -m app.windows.keyboard_page > docs/keyboard.md`; a test holds it to the
program.

## Answers

- Each answer has one key, shown on its button as a cap. Keys are given from what viewer and workstation leave free: a
  scale gets a row of digits (6 7 8 9 0 beside the images, 1 2 3 … on pages of text), a label one of its own letters
  (Y and N for yes and no), what is left any free letter, then Shift with a letter. They never change within a phase.
- No key both answers and goes on. Enter confirms, once nothing required is open; before that it shows what is open.
- The cap of a slider or a text leads into it; Esc leads back to the images. In a slider: ← → one step, Page Up and Page
  Down ten, Home and End, or type the number and Enter; Delete empties it. A moment after the last key the keyboard
  returns to the images by itself. In a text every key writes.
- The selected mark takes the keys of the questions about marks.
- A click on an answer leaves the keyboard with the images; Tab reaches every control, Space presses it.
"""


def markdown() -> str:
    """The whole page."""
    groups = (*command_groups(), KeyGroup("Mouse", MOUSE))
    return "\n".join([HEAD, *(_table(group) for group in groups)])


def _table(group: KeyGroup) -> str:
    title = "Confirming and undoing" if group.title == "Answers" else group.title
    rows = [f"| {_cell(keys)} | {words} |" for keys, words in group.lines]
    return "\n".join([f"## {title}", "", "| key | what it does |", "| --- | --- |", *rows, ""])


def _cell(keys: tuple[str, ...]) -> str:
    return " or ".join(f"<kbd>{key}</kbd>" for key in keys)


if __name__ == "__main__":
    print(markdown(), end="")
