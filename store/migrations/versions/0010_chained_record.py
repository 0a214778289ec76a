"""the record of acts becomes a chain, and refuses to be changed."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

REFUSAL = "the record of acts is only ever added to"


def upgrade() -> None:
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("number", sa.Integer(), nullable=True))
        audit.add_column(sa.Column("previous", sa.LargeBinary(length=32), nullable=True))
        audit.add_column(sa.Column("digest", sa.LargeBinary(length=32), nullable=True))
    tie()
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("number", existing_type=sa.Integer(), nullable=False)
        audit.alter_column("previous", existing_type=sa.LargeBinary(length=32), nullable=False)
        audit.alter_column("digest", existing_type=sa.LargeBinary(length=32), nullable=False)
        audit.create_unique_constraint(op.f("uq_audit_number"), ["number"])
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def tie() -> None:
    """Tie the rows that are there to a chain, in the order in which they were written."""
    table = sa.table(
        "audit",
        sa.column("id", sa.Integer()),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("actor", sa.String()),
        sa.column("act", sa.String()),
        sa.column("subject", sa.String()),
        sa.column("facts", sa.JSON()),
        sa.column("number", sa.Integer()),
        sa.column("previous", sa.LargeBinary()),
        sa.column("digest", sa.LargeBinary()),
    )
    connection, previous = op.get_bind(), bytes(32)
    for number, row in enumerate(connection.execute(sa.select(table).order_by(table.c.id)).all(), start=1):
        told = [number, previous.hex(), moment(row.at), row.actor, row.act, row.subject, sorted(row.facts.items())]
        digest = hashlib.sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()).digest()
        tied = {"number": number, "previous": previous, "digest": digest}
        connection.execute(sa.update(table).where(table.c.id == row.id).values(tied))
        previous = digest


def moment(at: datetime) -> str:
    """A moment as it goes into a digest; SQLite forgets the zone."""
    known = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return known.isoformat(timespec="microseconds")


GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}
