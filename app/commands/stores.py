"""Commands on what readers did: verify, export, report.

What belongs here: arguments, messages, exit status. What does not: reading stores (app.store), analysis.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands.coordinator import As, Because, allow_blinded, unblind
from app.commands.places import AsJson, StoreAt, StoreFile, location_of, store_of, study_at
from app.store.location import Location

commands = typer.Typer()


VERIFY_EXAMPLES = """Example: readerlab verify store/readerlab.sqlite

readerlab verify my-study --seal seal-of-july.txt --json"""


@commands.command(epilog=VERIFY_EXAMPLES, short_help="Check that a store is as it was written, hash by hash.")
def verify(
    store: StoreAt,
    receipt: Annotated[
        list[str] | None, typer.Option(metavar="RECEIPT", help="A receipt that must be in it; may be repeated.")
    ] = None,
    seal: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A file with seals that must be in it; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that a store is as it was written, hash by hash; name the first bad row.

    Exit status: 0 as it was written, 1 not, or it can't be read, 2 asked wrongly.
    """
    from app.store.seals import seals_in
    from app.store.verify import verify as verify_store

    seals = [found for each in seal or () for found in seals_in(each)]
    report = verify_store(location_of(store), receipt or (), seals)
    print(report.to_json() if as_json else report.to_text())
    if not report.sound:
        sys.exit(1)


SEAL_EXAMPLES = """Example: readerlab seal my-study --out seal-of-july.pdf

readerlab seal store/readerlab.sqlite >> lab-book.txt"""


@commands.command(epilog=SEAL_EXAMPLES, short_help="Write a few lines that prove later what a store holds now.")
def seal(
    store: StoreFile,
    out: Annotated[
        Path | None, typer.Option(help="A new file: .txt or .json for `verify --seal`, .pdf to print. Without: shown.")
    ] = None,
) -> None:
    """Write what a store holds now in a few lines that can leave the machine.

    Kept elsewhere, they show later that nothing of it was changed or taken away, whoever had the file.
    """
    from app.store.opening import open_as_it_is, refuse_older
    from app.store.seals import take
    from app.version import version

    path = store_of(store)
    with open_as_it_is(path) as connection:
        refuse_older(connection, path)
        taken = take(connection, version())
    if out is None:
        print(taken.to_text(), end="")
        return
    from app.windows.seal_file import write_seal

    write_seal(taken, out)
    print(f"{out}: {len(taken.sittings)} sittings, {taken.acts} acts, as of {taken.utc}.")


FORMS = "tables (CSV, Parquet, JSON Lines), bids, xes, imrmc, rjafroc, mrmcaov or collab-cxr: docs/export.md."
EXPORT_EXAMPLES = """Example: readerlab export store/readerlab.sqlite tables

readerlab export my-study tables --mode pilot --format csv,jsonl

readerlab export my-study for-r --for rjafroc --mark-rating confidence

readerlab export postgresql://lab@db/central events --for xes"""


@commands.command(epilog=EXPORT_EXAMPLES)
def export(
    store: StoreAt,
    folder: Annotated[Path, typer.Argument(help="The folder for the files.")],
    form: Annotated[str, typer.Option("--for", metavar="FORM", help=FORMS)] = "tables",
    formats: Annotated[
        str, typer.Option("--format", metavar="NAMES", help="Of tables: csv, parquet, jsonl; with commas between.")
    ] = "csv,parquet",
    mode: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODE", help="Rows of this mode; may be repeated. Without: study alone; demo and pilot stay out."
        ),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="FAULT", help="Go on in spite of duplicates, missing-truth, incomplete (rjafroc)."),
    ] = None,
    mark_rating: Annotated[str, typer.Option(help="For rjafroc: the question that rates each mark.")] = "",
    dicom_attributes: Annotated[
        str, typer.Option(metavar="NAMES", help="With --study: also its series with these DICOM attributes.")
    ] = "",
    dicom: Annotated[
        Path | None, typer.Option(help="A folder for measurements, segments and key images, as DICOM SR, SEG and KO.")
    ] = None,
    study: Annotated[str, typer.Option(help="The study that was read, for --dicom and --dicom-attributes.")] = "",
    blinded: Annotated[
        bool, typer.Option("--blinded", help="Conditions and arms as letters; truth, AI and planted errors left out.")
    ] = False,
    key: Annotated[bool, typer.Option("--key", help="Only the key to the letters of blinded exports.")] = False,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Write what readers did for statistics; drawings as DICOM.

    Where the store has a coordinator, it asks for name and password; all but --blinded unblinds, and is recorded.
    """
    from app.commands.exporting import Asked, export_blinded, export_forms

    asked = Asked.read(form, formats, mode, allow, mark_rating, dicom_attributes, study)
    place = location_of(store)
    if dicom is not None and not study:
        raise typer.BadParameter("--dicom needs --study, for the images that were measured.")
    if blinded and (key or dicom is not None or dicom_attributes):
        raise typer.BadParameter("--blinded goes without --key, --dicom and --dicom-attributes, which unblind.")
    if blinded:
        allow_blinded(place, coordinator)
        export_blinded(place, folder, asked)
        return
    unblind(place, "export: key" if key else "export", coordinator, because)
    if key:
        _print_key(place, folder)
    else:
        export_forms(place, folder, asked)
    if dicom is not None:
        _export_dicom(store_of(Path(store)), study, dicom)


def _print_key(place: Location, folder: Path) -> None:
    from app.store.exports.blinded import write_key
    from app.store.verify import blaming_damage

    with blaming_damage(place):
        print(write_key(place, folder))


def _export_dicom(store: Path, study: str, folder: Path) -> None:
    from app.analysis.measured_files import write_measurements

    for written in write_measurements(store, study_at(Path(study)), folder):
        print(written.path)
        for left in written.left_out:
            print(f"left out of {written.path.name}: {left}", file=sys.stderr)


@commands.command(epilog="Example: readerlab report store/readerlab.sqlite --out report.html")
def report(
    store: StoreAt,
    out: Annotated[Path | None, typer.Option(help="The page to write; without, beside the store, or here.")] = None,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Write one self-contained HTML page about what a store holds."""
    location = location_of(store)
    unblind(location, "report", coordinator, because)
    beside = location.parent / "report.html" if isinstance(location, Path) else Path("report.html")
    report_on(location, out or beside)


def report_on(store: Location, out: Path) -> None:
    from app.analysis.report import write_report

    print(f"Report: {write_report(store, out)}")
