"""Commands for writing a study file: new, schema, migrate.

What belongs here: questions, arguments, messages. What does not: starters (study_configs.starters), the schema
(document), migrations.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from app.commands.progress import progress
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from study_configs.starters import Wishes

commands = typer.Typer()

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@commands.command(
    epilog="Example: readerlab new my-study --kind crossed --ai second --readers 12 --cases 40 --phantoms"
)
def new(
    folder: Annotated[Path, typer.Argument(metavar="NAME", help="A new folder; its name becomes the protocol's id.")],
    kind: Annotated[str, typer.Option(help="crossed, split, arms or single.")] = "",
    ai: Annotated[str, typer.Option(help="concurrent, second, on_demand, safety_net or none.")] = "",
    subject: Annotated[str, typer.Option(help="nodule, breast or other.")] = "",
    readers: Annotated[int, typer.Option(help="How many readers; 0 asks.", min=0, max=10000)] = 0,
    cases: Annotated[int, typer.Option(help="How many cases; 0 asks.", min=0, max=10000)] = 0,
    planted: Annotated[int, typer.Option(help="Mistakes of the AI on purpose, for each reader.", min=0, max=500)] = 0,
    phantoms: Annotated[bool, typer.Option("--phantoms", help="Fill it with computer-made cases, to try it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what is not said is as suggested.")] = False,
) -> None:
    """Begin a study: a folder with a commented protocol.

    Its tables lie beside it, and the schema for your editor.
    """
    from study_configs.starters import KINDS, SUBJECTS, WAYS, Wishes

    if not _NAME.fullmatch(folder.name):
        raise typer.BadParameter(f"{folder.name!r} cannot be a name: letters, digits, _ and -, a letter first.")
    suggested = Wishes(folder.name)
    subject = _chosen("What do readers judge?", subject, SUBJECTS, suggested.subject, ask=not yes)
    way = _chosen("How does AI come in?", ai, WAYS, suggested.way, ask=not yes)
    offered = {"single": KINDS["single"]} if way == "none" else KINDS
    suggested_kind = "single" if way == "none" else suggested.kind
    kind = _chosen("What kind of study?", kind, offered, suggested_kind, ask=not yes and way != "none")
    readers = readers or _counted("How many readers?", suggested.readers, ask=not yes)
    cases = cases or _counted("How many cases?", suggested.cases, ask=not yes)
    if planted > cases // 4:
        raise typer.BadParameter(f"At most {cases // 4} planted errors among {cases} cases.", param_hint="--planted")
    wishes = Wishes(folder.name, cast(Any, kind), cast(Any, way), cast(Any, subject), readers, cases, planted)
    _write(wishes, folder, phantoms=phantoms)


def _chosen(question: str, given: str, known: Mapping[Any, str], suggested: str, *, ask: bool) -> str:
    """One of the words that are known: as it was given, or asked for with what each means, or as suggested."""
    if given:
        return _one_of(given, known)
    if not ask:
        return suggested
    print(question, *(f"  {word:<11} {meaning}" for word, meaning in known.items()), sep="\n")
    answer: str = typer.prompt("Your choice", default=suggested, value_proc=lambda text: _one_of(text.strip(), known))
    return answer


def _one_of(word: str, known: Mapping[Any, str]) -> str:
    if word not in known:
        raise typer.BadParameter(f"There is no {word!r} here; choose one of {', '.join(known)}.")
    return word


def _counted(question: str, suggested: int, *, ask: bool) -> int:
    """A number of people or cases from 1 on."""
    if not ask:
        return suggested
    answer: int = typer.prompt(question, default=suggested, type=int)
    if not 1 <= answer <= 10000:
        raise typer.BadParameter("A number from 1 to 10000.")
    return answer


def _write(wishes: Wishes, folder: Path, *, phantoms: bool) -> None:
    from study_configs.document import schema_text
    from study_configs.starters import starter

    files = {**starter(wishes), "protocol.schema.json": schema_text()}
    try:
        if folder.exists() and any(folder.iterdir()):
            raise StudyProblem("This folder is not empty.", where=str(folder), todo="Name a new one.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        (_fill if phantoms else _leave_room)(wishes, folder)
    except OSError as error:
        what = f"The study cannot be begun here ({error.strerror or error})."
        raise StudyProblem(
            what, where=str(error.filename or folder), todo="Choose a folder that you may write."
        ) from None


def _fill(wishes: Wishes, folder: Path) -> None:
    from app.shipped.starter import MOST, write_phantoms
    from study_configs.starters.pieces import QUESTIONS

    if wishes.cases > MOST:
        raise StudyProblem(f"There are at most {MOST} computer-made cases.", todo=f"Say --cases {MOST}, or fewer.")
    with progress("Making the cases") as step:
        write_phantoms(wishes.subject, QUESTIONS[wishes.subject].ai_name, folder, wishes.cases, step)
    print(f"Made {folder} with {wishes.cases} computer-made cases. Next: readerlab check {folder}")


def _leave_room(wishes: Wishes, folder: Path) -> None:
    from study_configs.starters.pieces import QUESTIONS

    for at in range(1, wishes.cases + 1):
        (folder / "images" / f"case-{at:02d}").mkdir(parents=True, exist_ok=True)
    print(f"Made {folder}. Next:")
    print(f"  1. Put each case's DICOM files into {folder}/images/case-01 ..., or change the paths in cases.csv.")
    print("  2. Say in reference.csv what is true of each case.")
    if wishes.has_ai:
        where = folder / "ai" / QUESTIONS[wishes.subject].ai_name
        where.mkdir(parents=True, exist_ok=True)
        print(f"  3. Put the AI's results into {where}, or name a model in protocol.yaml.")
    print(f"Then: readerlab check {folder}")


@commands.command(epilog="Example: readerlab schema > protocol.schema.json")
def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of study files, for editors."""
    from study_configs.document import schema_text

    if out is None:
        print(schema_text(), end="")
    else:
        out.write_text(schema_text(), "utf-8")
        print(f"Wrote {out}. On top of a study file: # yaml-language-server: $schema={out.name}", file=sys.stderr)


@commands.command(epilog="Example: readerlab migrate study/protocol.yaml")
def migrate(
    file: Annotated[Path, typer.Argument(help="A study file, or its folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it here; without, in place (the old one is kept).")
    ] = None,
) -> None:
    """Write a study file in the newest version of the language.

    Comments are kept where that can be done. In place, the old file stays beside it as NAME.yaml.vN. Orders that were
    given under the old file keep it; the new one is a new version of the protocol.
    """
    from study_configs.migrations.rewriting import rewritten
    from study_configs.study import protocol_file

    path = protocol_file(file)
    source, version = _sound(path)
    made = rewritten(source)
    if not made.changes:
        print(f"{path} is in version {version}, the newest. Nothing was changed.")
        return
    if out is None:
        path.with_name(f"{path.name}.v{version}").write_bytes(source)
    (out or path).write_text(made.text, "utf-8")
    print(f"Wrote {out or path}:", *(f"  {change}" for change in made.changes), sep="\n")
    if not made.keeps_comments:
        print("Comments could not be kept, because keys had to move.", file=sys.stderr)


def _sound(path: Path) -> tuple[bytes, int]:
    """The bytes of a study file that can be read as YAML, and its version. Raises StudyProblem."""
    from study_configs.migrations import version_of
    from study_configs.problems import ProtocolProblems
    from study_configs.protocol import LANGUAGE_VERSION
    from study_configs.yaml12 import load

    source = path.read_bytes()
    document = load(source, str(path))
    if document.problems:
        raise ProtocolProblems(document.problems, str(path))
    version = version_of(document.value) if isinstance(document.value, dict) else None
    if version is None:
        raise StudyProblem("This file does not say its version.", where=str(path), todo="Write readerlab: 1 on top.")
    if version > LANGUAGE_VERSION:
        what = f"This file is in version {version}; this ReaderLab knows versions up to {LANGUAGE_VERSION}."
        raise StudyProblem(what, where=str(path), todo="Install a newer ReaderLab.")
    return source, version
