"""answers by day, unit and channel can be counted without reading the answers."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    columns = ["campaign_id", "day", "unit_id", "channel", "stream", "state"]
    op.create_index("ix_response_counted", "response", columns, unique=False)
