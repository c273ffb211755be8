"""What `readerlab export` does once its arguments are read.

What belongs here: the wish as a value, the course, and what is printed. What does not: arguments (stores), files
(app.store).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import typer

from app.commands.places import study_at
from app.store.location import Location

if TYPE_CHECKING:
    from app.store.exports.forms import Form
    from app.store.exports.sinks import Format
    from app.store.projecting.audit import Fault


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of a store; `attributes` are DICOM attributes of the images of `study`."""

    form: Form
    formats: Collection[Format]
    modes: Collection[str] | None
    allow: Collection[Fault]
    mark_rating: str
    attributes: tuple[str, ...]
    study: str

    @staticmethod
    def read(
        form: str,
        formats: str,
        modes: list[str] | None,
        allow: list[str] | None,
        mark_rating: str,
        names: str,
        study: str,
    ) -> Asked:
        """Raises BadParameter for a name that nothing goes by, StudyProblem for an attribute that may not leave."""
        from app.store.exports.dicom_attributes import allowed
        from app.store.exports.forms import Form
        from app.store.exports.sinks import Format
        from app.store.exports.tidy import USUAL
        from app.store.projecting.audit import Fault

        if names and not study:
            raise typer.BadParameter("--dicom-attributes needs --study, for the images.")
        given = [name.strip() for name in formats.split(",") if name.strip()]
        _refuse_unknown("--for", [form], get_args(Form))
        _refuse_unknown("--format", given, get_args(Format))
        _refuse_unknown("--allow", allow or (), get_args(Fault))
        if form != "tables" and set(given) != set(USUAL):
            raise typer.BadParameter(f"--format goes with the tables alone: --for {form} has a format of its own.")
        wished: Form = form  # type: ignore[assignment]  # one of them, as was just seen
        return Asked(wished, given, modes, allow or (), mark_rating, allowed(names), study)  # type: ignore[arg-type]


def export_forms(place: Location, folder: Path, asked: Asked) -> None:
    """Write the form that is asked for; print its files, and on the error stream what is missing or left out."""
    from app.store.exports.dicom_attributes import write_series
    from app.store.exports.forms import Wish, export_as
    from app.store.exports.tidy import Choice

    choice = Choice(asked.modes, allow=asked.allow)
    done = export_as(asked.form, place, folder, Wish(choice, asked.formats, asked.mark_rating))
    _print_all(done.files)
    for line in done.missing:
        print(line, file=sys.stderr)
    if asked.attributes:
        print(write_series(study_at(Path(asked.study)), asked.attributes, folder))


def export_blinded(place: Location, folder: Path, asked: Asked) -> None:
    """Write the tables that do not unblind, and print their files."""
    from app.store.exports.blinded import blinded_export

    if asked.form != "tables":
        raise typer.BadParameter("--blinded goes with the tables alone: other forms hold truth or the log.")
    _print_all(blinded_export(place, folder, asked.formats, asked.modes))


def _print_all(files: Iterable[Path]) -> None:
    for file in files:
        print(file)


def _refuse_unknown(option: str, given: Collection[str], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise typer.BadParameter(f"{option} {name}: there is no such thing; there are {', '.join(known)}.")
