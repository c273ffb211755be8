"""What a person can ask of the workstation beside the viewer: the same kind of command, with the same kind of keys.

What belongs here: the table. What does not: doing them (workstation, reading_room) and the viewer's own commands
(viewers.commands).
"""

from __future__ import annotations

from viewers.commands import Command

APP_COMMANDS: tuple[Command, ...] = (
    Command("confirm", "Confirm the answers and go on", ("Return", "Enter"), "Answers"),
    Command("case.back", "Look at the case before again, where the protocol lets you", ("Alt+Left",), "Answers"),
    Command("undo", "Undo the last answer, until it is confirmed", ("Ctrl+Z",), "Answers"),
    Command("finding.next", "Go to the next AI finding", ("]",), "AI"),
    Command("finding.previous", "Go to the previous AI finding", ("[",), "AI"),
    Command("overlay.next", "Next image with an AI overlay", ("Ctrl+]",), "AI"),
    Command("overlay.previous", "Previous image with an AI overlay", ("Ctrl+[",), "AI"),
    Command("layer_panel.toggle", "Show or hide the panel of AI layers", ("Shift+F6",), "AI"),
    *(Command(f"layer.toggle.{n}", f"Show or hide AI layer {n}", (f"F{n + 1}",), "AI") for n in range(1, 5)),
    Command("layer.threshold.higher", "Higher threshold of the first AI layer that has one", ("Shift+PgUp",), "AI"),
    Command("layer.threshold.lower", "Lower threshold of the first AI layer that has one", ("Shift+PgDown",), "AI"),
    Command("layer.opacity.more", "More of the first AI layer that can fade", ("Ctrl+PgUp",), "AI"),
    Command("layer.opacity.less", "Less of the first AI layer that can fade", ("Ctrl+PgDown",), "AI"),
    Command("mark.next", "Select the next mark", ("J",), "Marks"),
    Command("mark.previous", "Select the previous mark", ("K",), "Marks"),
    Command("call.answer", "Pick up the telephone", ("Space",), "Reading list"),
    Command("worklist.toggle", "Show or hide the reading list over the images", ("Ctrl+J",), "Reading list"),
    Command("pause", "Pause: blank the images, stop the clock", ("P",), "Workstation"),
    Command("series_list.toggle", "Show or hide the series list", ("F6",), "Workstation"),
    Command("chrome.dimmer", "Dim the interface, never the images", ("F7",), "Workstation"),
    Command("chrome.brighter", "Brighten the interface", ("F8",), "Workstation"),
    Command("fullscreen", "Full screen, or a window", ("F11",), "Workstation"),
    Command("about", "About ReaderLab", ("F12",), "Workstation"),
    Command("sign_out", "Sign out; the sitting can go on later", ("Ctrl+Q",), "Workstation"),
)
APP_KEYS = frozenset(key for command in APP_COMMANDS for key in command.keys)
APP_BY_KEY = {key: command.id for command in APP_COMMANDS for key in command.keys}
WHILE_PAUSED = frozenset({"pause", "help", "sign_out", "fullscreen", "about", "chrome.dimmer", "chrome.brighter"})
