"""the funnel: how often forms were opened, and where they were given up."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:

    op.create_table(
        "opened",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_opened_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opened_unit_id_unit")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", "day", name=op.f("pk_opened")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stopped",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('web', 'chat')", name=op.f("ck_stopped_kind")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_stopped_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_stopped_unit_id_unit")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", "kind", "day", "item", name=op.f("pk_stopped")),
        sqlite_with_rowid=False,
    )
