"""The central database: connecting to it, making it ready, and PostgreSQL's errors in people's words.

What belongs here: connections and the version of what they lead to. What does not: sending sittings there (sync),
reading them there (reader, verify), SQL of PostgreSQL's own (tables).
"""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from app.store import migrations
from app.store.central import tables as central_tables
from app.store.location import is_central
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Engine

OUR_VERSION_COLUMNS = ("version", "applied_utc", "program_version")
VERSION_COLUMNS = """SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass('schema_version') AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
ANOTHER = "Make one for ReaderLab alone (docs/sync.md). Nothing was changed."
OTHERS = """SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname"""
LATER = "Nothing is lost: what a station did not deliver stays there, and goes with its next `readerlab sync`."
CONNECT_S = 10
SILENCE_MS = 30_000  # a link that is cut without a word is given up after this long
LINK = {"connect_timeout": CONNECT_S, "tcp_user_timeout": SILENCE_MS, "keepalives_idle": 10, "keepalives_interval": 5}


def address_of(url: str) -> str:
    """Where a database is, for people and for records: host, port and name alone. Raises StudyProblem.

    An address with a password is refused: whoever lists the processes of this machine could read it. What is refused
    is never repeated, since a password may stand where it was not looked for.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise _no_address() from error
    if not is_central(url):
        raise _no_address()
    asked = parse_qs(parts.query)
    stray = "@" in parts.path + parts.query + parts.fragment  # a password with / or # in it was cut there
    if stray or parts.password is not None or {"password", "passfile", "sslpassword"} & asked.keys():
        raise StudyProblem(
            "The address holds a password, which other users of this machine could read from the list of processes.",
            where="postgresql://…",
            todo="Leave it out; put it into ~/.pgpass or PGPASSWORD, or type it when asked.",
        )
    host = parts.hostname or (asked.get("host") or [""])[0] or "this machine"
    return f"{host}{port}/{parts.path.strip('/') or 'readerlab'}"


def _no_address() -> StudyProblem:
    return StudyProblem(
        "This is no address of a database.", todo="Give it as postgresql://USER@HOST/DATABASE, without a password."
    )


def connect(url: str, *, password: str | None = None) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in autocommit. Raises StudyProblem where there is none to be had (see `problem_from`)."""
    import psycopg

    where = address_of(url)
    try:
        return psycopg.connect(url, autocommit=True, password=password, **_link_of(url))
    except (psycopg.Error, UnicodeError, ValueError) as error:
        raise problem_from(error, where) from error


def connect_asking(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """As `connect`; asks for the password where the database wants one and a person sits at the terminal."""
    try:
        return connect(url)
    except StudyProblem as problem:
        if "no password supplied" not in str(problem.__cause__) or not sys.stdin.isatty():
            raise
    from getpass import getpass

    os.environ["PGPASSWORD"] = getpass(f"Password for {address_of(url)}: ")  # for further connections of this process
    return connect(url)


def _link_of(url: str) -> dict[str, Any]:
    """What the address does not say itself: patience, and TLS with the server's name checked unless it is here."""
    asked = parse_qs(urlsplit(url).query)
    options: dict[str, Any] = {key: value for key, value in LINK.items() if key not in asked}
    if "sslmode" not in asked and "PGSSLMODE" not in os.environ and not _is_here(urlsplit(url).hostname or ""):
        options["sslmode"] = "verify-full"
    return options


def _is_here(host: str) -> bool:
    """Whether a host is this machine: a socket in its files, or its loopback."""
    try:
        return host in ("", "localhost") or host.startswith("/") or ip_address(host).is_loopback
    except ValueError:
        return False


# --- errors

CORRECT = "Correct it in ~/.pgpass or PGPASSWORD."
OLDER_HERE = "An older ReaderLab made this database ready: it can't show a station what arrived."
CENTRAL_AGAIN = "Its administrator runs `readerlab central` on it again, with --stations ROLE (docs/sync.md)."
SAID = (
    ("no password supplied", "The database asks for a password.", "Put it into ~/.pgpass or PGPASSWORD."),
    ("password authentication failed", "The database does not take this name and password.", CORRECT),
    ("no pg_hba.conf entry", "The database does not let this machine in.", "Ask its administrator (pg_hba.conf)."),
    ("pg_hba.conf rejects", "The database does not let this machine in.", "Ask its administrator (pg_hba.conf)."),
    ('relation "just_', OLDER_HERE, CENTRAL_AGAIN),
    ("permission denied for view just_", OLDER_HERE, CENTRAL_AGAIN),
    ("permission denied", "This role may not do that.", "Ask the administrator for the role's rights (docs/sync.md)."),
    ("read-only transaction", "The database is read-only now (a standby?), so nothing was delivered.", LATER),
    ("No space left", "The disk of the database is full, so this was not delivered.", LATER),
    ("could not extend file", "The disk of the database is full, so this was not delivered.", LATER),
    ("too many clients", "The database has no place for a further connection.", LATER),
    ("too many connections", "The database has no place for a further connection.", LATER),
    ("certificate verify failed", "The server's certificate is not one that this machine trusts.", "See docs/sync.md."),
    ("does not match host name", "The server's certificate names another server than you do.", "See docs/sync.md."),
    ("root certificate file", "TLS needs the certificate of the server's authority.", "See docs/sync.md."),
    ("does not support SSL", "The server offers no TLS.", "Turn it on there (docs/sync.md)."),
    ("not currently accepting connections", "The database takes no connections now.", LATER),
    ("starting up", "The database is starting.", LATER),
    ("shutting down", "The database is being shut down.", LATER),
)  # fmt: skip
MADE_FIRST = ("database", "role")  # by the administrator, before `readerlab central`
UNREACHABLE = "The central database can't be reached"
REASONS = ("Connection refused", "Name or service not known", "timeout expired", "Network is unreachable")


def problem_from(error: Exception, where: str) -> StudyProblem:
    """What PostgreSQL or the network says, with what to do."""
    said = str(error)
    for words, what, todo in SAID:
        if words in said:
            return StudyProblem(what, where=where, todo=todo)
    if "does not exist" in said and (missing := next((each for each in MADE_FIRST if f'{each} "' in said), None)):
        return StudyProblem(f"There is no such {missing}.", where=where, todo="Make it: docs/sync.md.")
    if is_cut(error):
        return StudyProblem(f"{UNREACHABLE}{_reason(said)}.", where=where, todo=LATER)
    first = said.splitlines()[0] if said else type(error).__name__
    return StudyProblem(f"The central database refuses ({first}).", where=where, todo="See its log. " + LATER)


def _reason(said: str) -> str:
    """Why, in the words of the network, for the administrator whom somebody asks; nothing where it says no more."""
    return next((f" ({each[0].lower()}{each[1:]})" for each in REASONS if each in said), "")


def is_cut(error: Exception) -> bool:
    """Whether an error is the link's or the server's going away, so that trying again may help."""
    import psycopg

    return isinstance(error, psycopg.OperationalError) and error.sqlstate in (None, "57P01", "57P02", "57P03", "08006")


# --- making it


def prepare(url: str, program_version: str, *, stations: str = "", analysts: str = "") -> None:
    """Make the tables, or bring them to this program's version; give rights to the roles named. Can be run again.

    Raises StudyProblem where that may not be done, or the database is of a newer version.
    """
    import psycopg
    from psycopg import sql
    from sqlalchemy import exc

    with connect_asking(url) as connection:
        _refuse_newer(connection, address_of(url))
        try:
            _upgrade(_engine(url), program_version)
            for statement in (*central_tables.LANDING, *central_tables.OWN_WRITES, central_tables.ACTS):
                connection.execute(statement)
            for role, grants in ((stations, central_tables.grants_to_stations),
                                 (analysts, central_tables.grants_to_analysts)):  # fmt: skip
                for statement in grants(sql.Identifier(role).as_string(connection)) if role else ():
                    connection.execute(statement)
        except (psycopg.Error, exc.DBAPIError) as error:
            raise problem_from(error, address_of(url)) from error


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine("postgresql+psycopg://", creator=lambda: connect_for_engine(url), poolclass=NullPool)


def connect_for_engine(url: str) -> Any:
    connection = connect(url)
    connection.autocommit = False
    return connection


def _upgrade(engine: Engine, program_version: str) -> None:
    from app.store.migrations.runner import upgrade_central

    upgrade_central(engine, program_version)


def version_of(connection: psycopg.Connection[Any]) -> int:
    """The version of a central database; 0 where it was never prepared."""
    found = connection.execute("SELECT to_regclass('schema_version')").fetchone()
    if found is None or found[0] is None:
        return 0
    newest = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(newest[0] or 0) if newest else 0


def _refuse_foreign(connection: psycopg.Connection[Any], where: str) -> None:
    """A database in which others keep their tables; they, too, may keep their version in a table of our name."""
    found = tuple(name for (name,) in connection.execute(VERSION_COLUMNS))
    if found and found != OUR_VERSION_COLUMNS:
        raise StudyProblem(
            "This database is another program's: its table schema_version is not ReaderLab's.",
            where=where,
            todo=ANOTHER,
        )
    others = [] if found else [name for (name,) in connection.execute(OTHERS)]
    if others:
        raise StudyProblem(
            f"This database is another program's: it holds {len(others)} tables or views, such as {others[0]}.",
            where=where,
            todo=ANOTHER,
        )


def _refuse_newer(connection: psycopg.Connection[Any], where: str) -> int:
    _refuse_foreign(connection, where)
    version = version_of(connection)
    if version > migrations.NEWEST:
        raise StudyProblem(
            f"The central database has version {version}; this program knows versions up to {migrations.NEWEST}.",
            where=where,
            todo="Update ReaderLab on this machine. Nothing was changed.",
        )
    return version


def refuse_other_version(connection: psycopg.Connection[Any], where: str) -> None:
    """Raise StudyProblem unless the central database stands at this program's version."""
    version = _refuse_newer(connection, where)
    if version == 0:
        raise StudyProblem(
            "This database was not made ready for ReaderLab.",
            where=where,
            todo="Its administrator runs `readerlab central` on it, once (docs/sync.md).",
        )
    if version < migrations.NEWEST:
        raise StudyProblem(
            f"The central database has version {version}; this program writes version {migrations.NEWEST}.",
            where=where,
            todo="Its administrator runs `readerlab central` on it, with this version of ReaderLab. " + LATER,
        )
