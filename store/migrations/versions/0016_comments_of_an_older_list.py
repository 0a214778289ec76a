"""comments that an older list of redactions was applied to are found at once."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:

    op.create_index("ix_comment_lexicon", "comment", ["campaign_id", "lexicon"])
