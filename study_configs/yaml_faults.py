"""What is wrong with a file that is no YAML, for people who never heard of tokens and mappings.

What belongs here: from the parser's words and the text around the place to a sentence, what was expected, and the line
to mend. What does not: reading YAML (yaml12).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

ANYTHING = "key: value, indented by spaces; text with any of : # ? , { } [ ] in quotes"
_CANNOT_START = re.compile(r"found character '(.+)' that cannot start any token")
_TEXT_WITH_COLON = re.compile(r"""^[\s-]*([\w-]+):\s+([^"'\[{].*:.*)$""")
_OPENED = {"flow sequence": "[", "flow mapping": "{"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of spelling: its place, both from 1, what is wrong, and what was expected."""

    line: int
    column: int
    what: str
    expected: str = ANYTHING


def fault_of(error: yaml.YAMLError, text: str) -> Fault:
    """The fault behind an error of the parser, where the file has it rather than where the parser noticed."""
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines, problem = text.splitlines(), str(getattr(error, "problem", None) or "")
    context = str(getattr(error, "context", None) or "")
    start = _CANNOT_START.search(problem)
    if start is not None and start[1] == r"\t":
        return Fault(line, column, "There is a tab here.", "spaces at the beginning of a line, never tabs")
    if opened := _left_open(lines, line):
        what = "The quotation mark that opens here is not closed."
        return Fault(opened, lines[opened - 1].index('"') + 1, what, 'a second " at the end of the text')
    if start is not None:
        what = f"A text cannot begin with {start[1]} here."
        return Fault(line, column, what, f'the text in quotes, such as "{start[1]} ..."')
    return _by_context(error, lines, Fault(line, column, problem), context)


def _by_context(error: yaml.YAMLError, lines: Sequence[str], found: Fault, context: str) -> Fault:
    """Faults that the parser noticed within something else, such as a list."""
    began: Any = getattr(error, "context_mark", None)
    for inside, bracket in _OPENED.items():
        if inside in context and began is not None:
            where = f"in line {began.line + 1}" if began.line + 1 != found.line else "in this line"
            what = f"The bracket {bracket} {where} is not closed, or a comma is missing."
            return Fault(found.line, found.column, what, f"{bracket}one, two{']' if bracket == '[' else '}'}")
    if "could not find expected ':'" in found.what and began is not None:
        what = "A colon is missing in this line, or it is indented wrongly."
        return Fault(began.line + 1, began.column + 1, what, "key: value")
    if "mapping values" in found.what or "block mapping" in context or "block collection" in context:
        return _of_a_line(lines, found)
    what = ", ".join(part for part in (context, found.what) if part) or str(error).splitlines()[0]
    return Fault(found.line, found.column, f"This is not YAML: {what}.")


def _of_a_line(lines: Sequence[str], found: Fault) -> Fault:
    """A colon within a text, a colon that the line above lacks, or a line that stands too far left or right."""
    this = lines[found.line - 1] if 0 < found.line <= len(lines) else ""
    if match := _TEXT_WITH_COLON.match(this):
        words = match[2].split("  #")[0].strip()
        what = f"The text of {match[1]} has a colon in it."
        return Fault(found.line, found.column, what, f'quotes around the text, as in {match[1]}: "{words}"')
    above = max((at for at in range(1, found.line) if _says_something(lines[at - 1])), default=0)
    if above and ":" not in lines[above - 1] and not lines[above - 1].strip().startswith("- "):
        key = lines[above - 1].split("#")[0].strip()
        indent = len(lines[above - 1]) - len(lines[above - 1].lstrip())
        return Fault(
            above, indent + 1, f"A colon is missing after {key[:40]}.", "key: value, or key: and more below it"
        )
    what = "This line stands further left or right than the lines that it belongs to."
    return Fault(found.line, found.column, what, "lines that belong together, indented by equally many spaces")


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _left_open(lines: Sequence[str], until: int) -> int:
    """The line with a double quotation mark that nothing closes before line `until`; 0 where there is none."""
    opened = 0
    for number, line in enumerate(lines[: until - 1], 1):
        if _says_something(line) and line.replace(r"\"", "").count('"') % 2:
            opened = 0 if opened else number
    return opened
