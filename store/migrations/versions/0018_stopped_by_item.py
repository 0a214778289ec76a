"""stops stand item by item, so that the sums of a whole campaign are read in one go."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:

    op.execute("CREATE TABLE stopped_before AS SELECT campaign_id, kind, item, unit_id, day, n FROM stopped")
    op.drop_table("stopped")
    op.create_table(
        "stopped",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('web', 'chat')", name=op.f("ck_stopped_kind")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_stopped_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_stopped_unit_id_unit")),
        sa.PrimaryKeyConstraint("campaign_id", "kind", "item", "unit_id", "day", name=op.f("pk_stopped")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO stopped SELECT campaign_id, kind, item, unit_id, day, n FROM stopped_before")
    op.drop_table("stopped_before")
