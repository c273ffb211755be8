"""Step 2: accounts, and the chain of what coordinators did. Frozen: later changes are later steps."""

from __future__ import annotations

from alembic import op

from app.store.migrations import NAME_STORE, named_store
from app.store.migrations.versions.step_0001_first_tables import no_replacement, refusal

revision = "0002"
down_revision = "0001"

TABLES = (
    """CREATE TABLE accounts (
        role TEXT NOT NULL, name TEXT NOT NULL, secret_number INTEGER NOT NULL, secret TEXT NOT NULL,
        made_utc TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (role, name, secret_number))""",
    """CREATE TABLE acts (
        seq INTEGER PRIMARY KEY, utc TEXT NOT NULL, role TEXT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,
        payload TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL)""",
    """CREATE TABLE act_heads (
        id INTEGER PRIMARY KEY CHECK (id = 1), uid TEXT NOT NULL, acts INTEGER NOT NULL, hash BLOB NOT NULL)""",
)
KEYS = {
    "accounts": "role = NEW.role AND name = NEW.name AND secret_number = NEW.secret_number",
    "acts": "seq = NEW.seq",
    "act_heads": "id = NEW.id",
}
HEAD_KEEPS = """CREATE TRIGGER act_heads_keep BEFORE UPDATE ON act_heads
    WHEN NEW.id != OLD.id OR NEW.uid != OLD.uid OR NEW.acts <= OLD.acts
    BEGIN SELECT RAISE(ABORT, 'acts is append-only'); END"""


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return  # a central database begins with step 3
    for statement in TABLES:
        op.execute(statement)
    for table in ("accounts", "acts"):
        op.execute(refusal(table, "UPDATE"))
    for table, key in KEYS.items():
        op.execute(refusal(table, "DELETE"))
        op.execute(no_replacement(table, key))
    op.execute(HEAD_KEEPS)
    op.get_bind().exec_driver_sql(NAME_STORE, named_store())
