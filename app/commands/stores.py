"""Commands on what readers did: verify, export, report.

What belongs here: arguments, messages, exit status. What does not: reading stores (app.store), analysis.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.commands.coordinator import As, Because, allow_blinded, unblind
from app.commands.places import AsJson, StoreFile, store_of, study_at

commands = typer.Typer()


@commands.command(epilog="Example: readerlab verify store/readerlab.sqlite")
def verify(
    store: StoreFile,
    receipt: Annotated[list[str] | None, typer.Option(help="A receipt that must be in it; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check that a store is as it was written, hash by hash."""
    from app.store.verify import verify as verify_store

    report = verify_store(store_of(store), receipt or ())
    print(report.to_json() if as_json else report.to_text())
    if not report.sound:
        sys.exit(1)


@commands.command(epilog="Example: readerlab export store/readerlab.sqlite tables")
def export(
    store: StoreFile,
    folder: Annotated[Path, typer.Argument(help="The folder for the tables.")],
    mode: Annotated[
        list[str] | None, typer.Option(help="Rows of this mode (demo, pilot, study); may be repeated.")
    ] = None,
    dicom: Annotated[
        Path | None, typer.Option(help="A folder for measurements, segments and key images, as DICOM SR, SEG and KO.")
    ] = None,
    study: Annotated[str, typer.Option(help="With --dicom: the study that was read, for its images.")] = "",
    blinded: Annotated[
        bool, typer.Option("--blinded", help="Conditions and arms as letters; truth, AI and planted errors left out.")
    ] = False,
    key: Annotated[bool, typer.Option("--key", help="Only the key to the letters of blinded exports.")] = False,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Write a store's tables and codebook; drawings as DICOM.

    Where the store has a coordinator, it asks for name and password; all but --blinded unblinds, and is recorded.
    """
    from app.store.blinded_export import blinded_export, write_key
    from app.store.export import export as export_store

    if dicom is not None and not study:
        raise typer.BadParameter("--dicom needs --study, for the images that were measured.")
    if blinded and (key or dicom is not None):
        raise typer.BadParameter("--blinded goes without --key and --dicom, which unblind.")
    if blinded:
        allow_blinded(store_of(store), coordinator)
        _print_all(blinded_export(store_of(store), folder, modes=mode))
        return
    unblind(store_of(store), "export: key" if key else "export", coordinator, because)
    _print_all([write_key(store_of(store), folder)] if key else export_store(store_of(store), folder, modes=mode))
    if dicom is not None:
        _export_dicom(store_of(store), study, dicom)


def _print_all(files: Iterable[Path]) -> None:
    for file in files:
        print(file)


def _export_dicom(store: Path, study: str, folder: Path) -> None:
    from app.analysis.measured_files import write_measurements

    for written in write_measurements(store, study_at(Path(study)), folder):
        print(written.path)
        for left in written.left_out:
            print(f"left out of {written.path.name}: {left}", file=sys.stderr)


@commands.command(epilog="Example: readerlab report store/readerlab.sqlite --out report.html")
def report(
    store: StoreFile,
    out: Annotated[Path | None, typer.Option(help="The page to write; without, beside the store.")] = None,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Write one self-contained HTML page about what a store holds."""
    path = store_of(store)
    unblind(path, "report", coordinator, because)
    report_on(path, out or path.with_name("report.html"))


def report_on(store: Path, out: Path) -> None:
    from app.analysis.report import write_report

    print(f"Report: {write_report(store, out)}")
