"""The reading room as a protocol sets it: the section reading.

What belongs here: hanging, tools, navigation, interruptions, as values. What does not: opening it (app.windows), the
reading list (worklist).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.gestures import fault_in
from study_configs.hanging import HangingProtocol
from study_configs.hanging_names import HANGING_WORDS, is_hanging_file
from study_configs.problems import listed
from study_configs.section import Flag, Number, Section, Text, key

Tool = Literal[
    "window", "zoom", "pan", "scroll", "measure", "mip", "reformat", "invert", "layout", "cine", "compare", "link",
    "fusion", "rotate", "magnify", "segment", "information",
]  # fmt: skip


class Interrupted(Section):
    """What happens to a case whose reading was interrupted."""

    same_case: Literal["resume", "restart"] = key(
        "resume", "resume: at the phase it was in. restart: from its first phase.", example="restart"
    )
    max_gap_hours: Number | None = key(
        None, "Longest interruption of a sitting; after a longer one `then` holds.", example=24, gt=0, le=10000
    )
    then: Literal["resume", "restart_case", "ask_coordinator", "end_sitting"] = key(
        "ask_coordinator",
        "After a longer interruption. resume: go on all the same. restart_case: read the case anew. ask_coordinator: "
        "a coordinator decides at the desk. end_sitting: what is left of the sitting is not read.",
        example="restart_case",
    )


def _hanging_word(word: str) -> str:
    if word not in HANGING_WORDS and not is_hanging_file(word):
        raise PydanticCustomError(
            "RL211",
            "There is no hanging {word}. Expected one of {known}, or the path of a YAML file in the study folder.",
            {"word": word, "known": listed(HANGING_WORDS, 40)},
        )
    return word


HangingWord = Annotated[Text, AfterValidator(_hanging_word), Field(max_length=200)]


def _gestures(given: Mapping[str, str]) -> Mapping[str, str]:
    fault = next((said for gesture, action in given.items() if (said := fault_in(gesture, action))), "")
    if fault:
        raise PydanticCustomError("RL213", "{fault}", {"fault": fault})
    return given


GestureTable = Annotated[Mapping[Text, Text], AfterValidator(_gestures), Field(max_length=60)]


class Tools(Section):
    """Which of the viewer's tools readers have; exactly one key."""

    allow: tuple[Tool, ...] | None = key(
        None, "Only these, and what a reader needs to read at all.", example=["window", "zoom", "pan", "scroll"]
    )
    without: tuple[Tool, ...] | None = key(None, "All but these.", example=["measure", "mip"])

    @model_validator(mode="after")
    def _one(self) -> Tools:
        if (self.allow is None) == (self.without is None):
            raise PydanticCustomError("RL208", "tools has exactly one of allow and without.")
        return self


class Reading(Section):
    """The reading room."""

    hanging: HangingWord | HangingProtocol = key(
        "automatic",
        "How a case hangs: automatic (the best of those shipped), rows x columns up to 4x4, the name of a shipped "
        "hanging (such as mammography, chest_ct, mr_brain), a YAML file in the study folder, or a hanging written out "
        "here with the keys below.",
        example="1x2",
    )
    gestures: GestureTable = key(
        dict,
        "What mouse, wheel and fingers do, for every reader alike: a gesture (left, middle, right, both, wheel, "
        "finger, with Ctrl+, Shift+ or Alt+ before it; or left double, right click, long press ...) and scroll, "
        "window, pan, zoom, a command or nothing. Gestures that are left out are each reader's own choice.",
        example={"left": "scroll", "Ctrl+left": "window"},
    )
    tools: Tools | None = key(None, "Which tools readers have; all without.", example={"without": ["measure"]})
    navigation: Literal["forward_only", "back", "free"] = key(
        "forward_only",
        "forward_only: from case to case, no way back. back: earlier cases of the same block can be looked at again, "
        "with their committed answers closed and the others open to change. Such a case opens in the last phase that "
        "was read; what was confirmed before that stays as it is, and so does a case whose truth was told. free: cases "
        "of a block are chosen from the reading list in any order; finished ones can be opened again from it while "
        "others are still to be read.",
        example="forward_only",
    )
    progress: Flag = key(True, "Whether readers see how many cases there are and where they stand.", example=False)
    sitting_at_most_min: Number | None = key(
        None, "Minutes after which a sitting ends by itself, at the end of a case.", example=90, gt=0, le=1440
    )
    expected_s: Number = key(
        60.0, "Seconds that a case is expected to take; the plan reckons with it.", example=45, gt=0, le=36000
    )
    idle_after_s: Number = key(
        30.0, "Seconds without any input after which the reader counts as absent.", example=30, gt=0, le=3600
    )
    interrupted: Interrupted = key(
        Interrupted, "What happens to a case whose reading was interrupted.", example={"same_case": "restart"}
    )
