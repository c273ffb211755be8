"""The small comparison grammar of `show_if`: parsed by hand, never evaluated as code.

What belongs here: text → `Comparison`, and whether one holds for values. What does not: which names exist (rules).

    either     = both ("or" both)*
    both       = term ("and" term)*
    term       = "not" term | "(" either ")" | name operator value
    operator   = "==" | "!=" | "<" | "<=" | ">" | ">="
    name       = word ("." word)*        case.kind, answer.nodule, score
    value      = number | word | "text in quotes"

A comparison with a name that has no value yet never holds, not even `!=`; `not (…)` around it does.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = str | float | bool | None

MAX_LENGTH = 500
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<operator>==|!=|<=|>=|<|>)
      | (?P<bracket>[()])
      | (?P<number>[-+]?[0-9]+(?:\.[0-9]+)?(?![\w.-]))
      | "(?P<double>[^"]*)"
      | '(?P<single>[^']*)'
      | (?P<word>[^\W\d][\w-]*(?:\.[\w-]+)*)
    )""",
    re.VERBOSE,
)
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


_HINTS = {
    "=": "; == compares",
    "&": "; the word is and",
    "|": "; the word is or",
    "!": "; != compares, not turns round",
}


class ComparisonProblem(ValueError):
    """The text does not follow the grammar; `column` counts from 1 within the text."""

    def __init__(self, what: str, column: int) -> None:
        super().__init__(what)
        self.column = column


@dataclass(frozen=True, slots=True)
class Test:
    """`name operator value`."""

    name: str
    operator: str
    value: str | float

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.name})

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether it holds. Text that reads as a number is compared with a number as one; order only on numbers."""
        found = values.get(self.name)
        if found is None or found == "":
            return False
        if self.operator in ("==", "!="):
            return _equal(found, self.value) == (self.operator == "==")
        left, right = _as_number(found), _as_number(self.value)
        return left is not None and right is not None and _ORDER[self.operator](left, right)


@dataclass(frozen=True, slots=True)
class Not:
    part: Comparison

    @property
    def names(self) -> frozenset[str]:
        return self.part.names

    def holds(self, values: Mapping[str, Value]) -> bool:
        return not self.part.holds(values)


@dataclass(frozen=True, slots=True)
class Every:
    """`a and b and c`."""

    parts: tuple[Comparison, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names for part in self.parts))

    def holds(self, values: Mapping[str, Value]) -> bool:
        return all(part.holds(values) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """`a or b or c`."""

    parts: tuple[Comparison, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names for part in self.parts))

    def holds(self, values: Mapping[str, Value]) -> bool:
        return any(part.holds(values) for part in self.parts)


Comparison = Test | Not | Every | Either


def parse_condition(text: str) -> Comparison:
    """Parse a comparison such as `case.kind == phantom and not (answer.nodule == no)`. Raises ComparisonProblem."""
    if len(text) > MAX_LENGTH:
        raise ComparisonProblem(f"a comparison has at most {MAX_LENGTH} characters", MAX_LENGTH)
    parser = _Parser(_tokens(text), len(text) + 1)
    comparison = parser.either()
    parser.expect_end()
    return comparison


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            wrong = text[column - 1]
            raise ComparisonProblem(f"{wrong!r} means nothing here" + _HINTS.get(wrong, ""), column)
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens; `MAX_LENGTH` bounds the recursion."""

    def __init__(self, tokens: list[_Token], end_column: int) -> None:
        self._tokens = [*tokens, _Token("end", "the end", end_column)]
        self._at = 0

    def either(self) -> Comparison:
        parts = [self._both()]
        while self._took("word", "or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected("and, or, or the end")

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _both(self) -> Comparison:
        parts = [self._term()]
        while self._took("word", "and"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _term(self) -> Comparison:
        if self._took("word", "not"):
            return Not(self._term())
        if self._took("bracket", "("):
            inner = self.either()
            if not self._took("bracket", ")"):
                raise self._unexpected("a closing bracket")
            return inner
        return self._test()

    def _test(self) -> Test:
        name = self._take(("word",), "a name such as case.kind or answer.nodule")
        comparing = self._take(("operator",), "one of == != < <= > >=")
        value = self._take(("number", "word", "double", "single"), "a number, a word, or text in quotes")
        literal = float(value.text) if value.kind == "number" else value.text
        if comparing.text in _ORDER and not isinstance(literal, float):
            raise ComparisonProblem(f"{comparing.text} compares numbers, and {value.text!r} is none", value.column)
        return Test(name.text, comparing.text, literal)

    def _take(self, kinds: tuple[str, ...], expected: str) -> _Token:
        token = self._next
        if token.kind not in kinds or (token.kind == "word" and token.text in ("and", "or", "not")):
            raise self._unexpected(expected)
        self._at += 1
        return token

    def _took(self, kind: str, text: str) -> bool:
        if (self._next.kind, self._next.text) != (kind, text):
            return False
        self._at += 1
        return True

    def _unexpected(self, expected: str) -> ComparisonProblem:
        return ComparisonProblem(f"found {self._next.text!r} where {expected} should stand", self._next.column)


def _equal(found: Value, value: str | float) -> bool:
    if isinstance(value, float):
        return _as_number(found) == value
    if isinstance(found, bool):
        return value == ("yes" if found else "no") or value == str(found).lower()
    return str(found) == value


def _as_number(value: Value) -> float | None:
    """The number that a value reads as; None where it is none (answers and attributes arrive as text)."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except ValueError:
        return None
