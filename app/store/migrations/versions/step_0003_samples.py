"""Step 3: packed samples beside the events, views for analysts, and the central database. Frozen once released."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from app.store.migrations import statements_of
from app.store.migrations.versions.step_0001_first_tables import no_replacement, refusal

revision = "0003"
down_revision = "0002"

SAMPLES = """CREATE TABLE samples (
        sitting INTEGER NOT NULL, seq INTEGER NOT NULL, codec TEXT NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (sitting, seq), FOREIGN KEY (sitting, seq) REFERENCES events (sitting, seq)) WITHOUT ROWID"""
CENTRAL = Path(__file__).with_name("step_0003_central.sql")
VIEWS = Path(__file__).with_name("step_0003_views.sql")


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for statement in statements_of(CENTRAL):
            op.get_bind().exec_driver_sql(statement)
        return
    op.execute(SAMPLES)
    op.execute(refusal("samples", "UPDATE"))
    op.execute(refusal("samples", "DELETE"))
    op.execute(no_replacement("samples", "sitting = NEW.sitting AND seq = NEW.seq"))
    for statement in statements_of(VIEWS):
        op.get_bind().exec_driver_sql(statement)
