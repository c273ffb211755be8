"""An eye tracker of our own: a process with a real LSL outlet, told line by line what to do.

`python tracker.py NAME RATE LAYOUT`; LAYOUT is a key of LAYOUTS. It pushes a sample every 1/RATE s, counts in its first
channel, and listens on standard input: `pause`, `go`, `nan`, `see`, `skip N`, `look X Y`, `end`.
"""

from __future__ import annotations

import math
import queue
import sys
import threading
import time

BOTH = (("x", "both", "ScreenX", "normalized"), ("y", "both", "ScreenY", "normalized"))
LAYOUTS = {
    "normalised": BOTH,
    "px": (("x", "both", "ScreenX", "pixels"), ("y", "both", "ScreenY", "pixels")),
    "eyes": (
        ("left_x", "left", "ScreenX", "normalized"),
        ("left_y", "left", "ScreenY", "normalized"),
        ("left_pupil", "left", "Diameter", "mm"),
        ("right_x", "right", "ScreenX", "normalized"),
        ("right_y", "right", "ScreenY", "normalized"),
        ("right_pupil", "right", "Diameter", "mm"),
    ),
    "aux": (("1", "", "EEG", "microvolts"), ("2", "", "EEG", "microvolts"), ("3", "", "EEG", "microvolts")),
    "mute": None,
}


def _outlet(name: str, rate_hz: float, layout: str):
    import pylsl

    channels = LAYOUTS[layout]
    info = pylsl.StreamInfo(name, "Gaze", len(channels or BOTH), rate_hz, "double64", f"source of {name}")
    acquisition = info.desc().append_child("acquisition")
    acquisition.append_child_value("manufacturer", "Nobody")
    acquisition.append_child_value("model", "Script")
    described = info.desc().append_child("channels") if channels else None
    for label, eye, kind, unit in channels or ():
        channel = described.append_child("channel")
        for key, value in (("label", label), ("eye", eye), ("type", kind), ("unit", unit)):
            channel.append_child_value(key, value)
    return pylsl.StreamOutlet(info), len(channels or BOTH)


def _heard(orders: queue.SimpleQueue) -> None:
    for line in sys.stdin:
        orders.put(line.split())
    orders.put(["end"])


def main(name: str, rate_hz: float, layout: str) -> None:
    from pylsl import local_clock

    outlet, count = _outlet(name, rate_hz, layout)
    orders: queue.SimpleQueue = queue.SimpleQueue()
    threading.Thread(target=_heard, args=(orders,), daemon=True).start()
    print("ready", flush=True)
    going, seeing, at, number, place = True, True, local_clock(), 0, (0.5, 0.5)
    while True:
        while not orders.empty():
            match orders.get():
                case ["pause" | "go" as order]:
                    going = order == "go"
                    at = local_clock() if going else at
                case ["nan" | "see" as order]:
                    seeing = order == "see"
                case ["skip", n]:
                    at += int(n) / rate_hz
                    time.sleep(int(n) / rate_hz)
                case ["look", x, y]:
                    place = (float(x), float(y))
                case ["end"]:
                    return
        if going and local_clock() >= at:
            values = [place[channel % 3] if channel % 3 < 2 else 3.5 for channel in range(count)]
            outlet.push_sample(values if seeing else [math.nan] * count, at)
            number += 1
            at += 1 / rate_hz
        time.sleep(0.2 / rate_hz)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
