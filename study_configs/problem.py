"""The two kinds of error of the whole house. It lives on the lowest floor so that every room can raise them."""

from __future__ import annotations


class StudyProblem(Exception):
    """The world is wrong: a file, a disk, a protocol. Shown to people as it stands, never as a traceback.

    Parameters
    ----------
    what : one sentence that says what is wrong.
    where : the file, line, tag or key that it is about.
    todo : one sentence that says what to do.
    """

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.todo = todo

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.todo:
            parts.append(self.todo)
        return " ".join(parts)


class ProgramError(Exception):
    """We are wrong. Save the sitting, show the report, leave the trial."""
