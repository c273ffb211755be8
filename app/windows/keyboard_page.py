"""docs/keyboard.md, written from the tables that the program itself uses: `python -m app.windows.keyboard_page`.

What belongs here: the page as Markdown. What does not: the tables.
"""

from __future__ import annotations

from app.windows.help_overlay import KeyGroup, command_groups, mouse_group
from study_configs.gestures import ACTIONS_BY_KIND, CLICKS, DRAGS
from viewers.tools.gestures import NAMES, Gestures
from viewers.window_presets import ON_KEYS, Preset, PresetList, preset_lists

HEAD = """# Keys

Everything can be done from the keyboard. `?` lists the keys inside the program, with those of the questions on the
screen. This page is written by `python -m app.windows.keyboard_page > docs/keyboard.md`; a test holds it to the
program.

## Answers

- Each answer has one key, shown on its button as a cap, or its question has one, shown before its words. Keys are given
  from what viewer and workstation leave free: a scale gets a row of digits (6 7 8 9 0 beside the images, 1 2 3 … on
  pages of text), a label one of its own letters (Y and N for yes and no), what is left any free letter or digit.
  Where these run out, the questions with the most answers get one key each. They never change within a phase.
- The key of a question takes the keyboard there. Then digits choose (categories of a field scale: their last
  character), arrows go from answer to answer or from row to row, Delete empties, Esc leads back to the images.
- No key both answers and confirms. Enter confirms, once nothing required is open; before that it takes the keyboard to
  the first question that is, and after each answer to the next; from the last one back to the images.
- [questions.md](questions.md) shows every type of question with its keys.
- The cap of a slider or a text leads into it. In a slider: ← → one step, Page Up and Page
  Down ten, Home and End, or type the number and Enter; Delete empties it. A moment after the last key the keyboard
  returns to the images by itself. In a text every key writes.
- The selected mark takes the keys of the questions about marks.
- A click on an answer leaves the keyboard with the images; Tab reaches every control, Space presses it.
"""


GESTURES = """## Changing what the mouse does

Each reader can change the table above on the preferences page (Ctrl F10); a protocol can fix parts of it for everybody
with [`reading.gestures`](protocol.md). A drag or the wheel may have <kbd>Ctrl</kbd>, <kbd>Shift</kbd> or
<kbd>Alt</kbd> with it. Shift is for fine steps and Ctrl for coarse ones wherever the table gives them nothing else.
"""


def markdown() -> str:
    """The whole page."""
    groups = (*command_groups(), mouse_group(Gestures()))
    return "\n".join([HEAD, *(_table(group) for group in groups), GESTURES, *_possible(), *_windows()])


def _possible() -> list[str]:
    names = {"drag": DRAGS, "wheel": ("wheel",), "click": CLICKS}
    rows = []
    for kind, actions in ACTIONS_BY_KIND.items():
        gestures = ", ".join(f"`{name}` ({NAMES[name].lower()})" for name in names[kind])
        rows.append(f"| {gestures} | {', '.join(f'`{a}`' for a in actions)} |")
    return ["| gesture in a file | what it can be given |", "| --- | --- |", *rows, ""]


def _windows() -> list[str]:
    """The tables of windows on keys 1 to 5 and in the menu."""
    head = ["## Windows", ""]
    head.append(
        "Which windows keys 1 to 5 mean, by modality and body part (width / centre); Alt P has them all by name."
    )
    rows = [_preset_row(each) for each in preset_lists()]
    return [*head, "", "| modality | body part | 1 | 2 | 3 | 4 | 5 | more |", f"|{' --- |' * 8}", *rows, ""]


def _preset_row(each: PresetList) -> str:
    cells = [_preset(preset) for preset in each.presets]
    parts = ", ".join(part.lower() for part in each.body_parts) or "any other"
    shown = cells[:ON_KEYS] + [""] * (ON_KEYS - len(cells))
    return f"| {', '.join(each.modalities)} | {parts} | {' | '.join(shown)} | {'; '.join(cells[ON_KEYS:])} |"


def _preset(preset: Preset) -> str:
    return preset.name if preset.fixed is None else f"{preset.name} {preset.fixed[1]:g} / {preset.fixed[0]:g}"


def _table(group: KeyGroup) -> str:
    title = "Confirming and undoing" if group.title == "Answers" else group.title
    rows = [f"| {_cell(keys)} | {words} |" for keys, words in group.lines]
    return "\n".join([f"## {title}", "", "| key | what it does |", "| --- | --- |", *rows, ""])


def _cell(keys: tuple[str, ...]) -> str:
    return " or ".join(f"<kbd>{key}</kbd>" for key in keys)


if __name__ == "__main__":
    print(markdown(), end="")
