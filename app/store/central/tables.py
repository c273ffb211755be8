"""What stands in a central database beside the tables of `models`: the landing place, views, what each role may do.

What belongs here: SQL of PostgreSQL's own. What does not: the tables that hold what arrived (models, migrations),
connecting (central), sending (sync).
"""

from __future__ import annotations

from collections.abc import Iterator

STAGING = ("arriving_events", "arriving_samples")
LANDED = ("landed_events", "landed_samples")  # what of them is the sender's own
EVENT_COLUMNS = ("seq", "at_ns", "utc", "kind", "payload", "prev_hash", "hash")
SAMPLE_COLUMNS = ("seq", "codec", "data")

# Rows of sittings that are not whole yet. Not logged: after a crash of the server they are empty, and sent again.
# Each sender sees its own alone, through a view of them (COPY does not go with row-level security).
LANDING = (
    "CREATE TABLE IF NOT EXISTS this_database (name TEXT PRIMARY KEY)",  # random; the stations' receipts name it
    "INSERT INTO this_database SELECT gen_random_uuid()::text WHERE NOT EXISTS (SELECT FROM this_database)",
    """CREATE UNLOGGED TABLE IF NOT EXISTS arriving_events (
        sender TEXT NOT NULL DEFAULT current_user, uid TEXT NOT NULL, seq BIGINT NOT NULL, at_ns BIGINT NOT NULL,
        utc TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, prev_hash BYTEA NOT NULL, hash BYTEA NOT NULL,
        PRIMARY KEY (uid, sender, seq))""",
    """CREATE UNLOGGED TABLE IF NOT EXISTS arriving_samples (
        sender TEXT NOT NULL DEFAULT current_user, uid TEXT NOT NULL, seq BIGINT NOT NULL, codec TEXT NOT NULL,
        data BYTEA NOT NULL, PRIMARY KEY (uid, sender, seq))""",
    *(
        f"CREATE OR REPLACE VIEW {own} WITH (security_barrier) AS SELECT * FROM {table} WHERE sender = current_user"
        for table, own in zip(STAGING, LANDED, strict=True)
    ),
)

# What a transaction itself wrote, for whoever may write a table and not read it: is it there as it was sent?
JUST = (
    "protocols", "readers", "orders", "models", "truths", "sittings", "events", "samples", "heads",
    "stations", "station_rows", "station_acts", "station_act_heads", "deliveries",
)  # fmt: skip
OWN_WRITES = tuple(
    f"CREATE OR REPLACE VIEW just_{table} WITH (security_barrier) AS "
    f"SELECT * FROM {table} WHERE xmin = pg_current_xact_id()::xid"
    for table in JUST
)

# The acts of all stations as one course. Clocks may go back at a station, its acts stay in their order all the same.
ACTS = """CREATE OR REPLACE VIEW acts AS
    SELECT row_number() OVER (ORDER BY reached, station, place) - 1 AS seq,
        utc, role, who, kind, payload, prev_hash, hash
    FROM (SELECT max(utc) OVER (PARTITION BY station ORDER BY seq) AS reached, seq AS place, station_acts.*
        FROM station_acts) told"""

# What a station must see to hold its own rows against those there: keys and hashes, not what others answered.
SEEN_BY_STATIONS = {
    "schema_version": "",
    "this_database": "",
    "protocols": "(sha256, id, version, mode)",
    "readers": "(pseudonym, stratum)",
    "orders": "(reader, protocol_sha256, sha256)",
    "models": "(protocol_sha256, ai, sha256)",
    "truths": "(protocol_sha256, sha256)",
    "sittings": "(id, uid, reader, protocol_sha256, number)",
    "stations": "(id, name)",
    "station_rows": "(station, table_name, seal)",
    "station_acts": "(station, seq, hash)",
    "station_act_heads": "(station, acts, hash)",
    "deliveries": "(sitting, station, events, head)",
}
GIVEN_BY_STATIONS = (*list(SEEN_BY_STATIONS)[2:], "events", "samples", "heads")


def grants_to_stations(role: str) -> Iterator[str]:
    """What the role of the stations may do: add, and see keys and hashes. `role` is an identifier, quoted."""
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    for table, columns in SEEN_BY_STATIONS.items():
        yield f"GRANT SELECT {columns} ON {table} TO {role}"
    for table in GIVEN_BY_STATIONS:
        yield f"GRANT INSERT ON {table} TO {role}"
    for table, given in zip(STAGING, (EVENT_COLUMNS, SAMPLE_COLUMNS), strict=True):
        yield f"GRANT INSERT ({', '.join(('uid', *given))}) ON {table} TO {role}"
    for own in LANDED:
        yield f"GRANT SELECT, DELETE ON {own} TO {role}"
    for table in JUST:
        yield f"GRANT SELECT ON just_{table} TO {role}"
    yield f"GRANT UPDATE (acts, hash) ON station_act_heads TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"


def grants_to_analysts(role: str) -> Iterator[str]:
    """What the role of the analysts may do: read all that is whole. `role` is an identifier, quoted."""
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
    for table in (*STAGING, *LANDED, *(f"just_{each}" for each in JUST)):
        yield f"REVOKE ALL ON {table} FROM {role}"
