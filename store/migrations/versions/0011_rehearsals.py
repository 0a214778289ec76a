"""campaigns are made step by step and rehearsed; what is sent on trial stands apart from the responses."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("campaign", sa.Column("chat_offered", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("campaign", sa.Column("rehearsing", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("campaign", sa.Column("awaited", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "trial",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_trial_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trial_campaign_id", "trial", ["campaign_id", "channel"])
