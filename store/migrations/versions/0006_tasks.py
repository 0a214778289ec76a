"""the plan's calendar: files, what was done, which reminders went out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:

    op.create_table(
        "calendar",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_calendar")),
    )
    op.create_table(
        "task",
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_task_state")),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_task_done_on")),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name=op.f("fk_task_calendar_calendar")),
        sa.PrimaryKeyConstraint("calendar", "code", "unit", name=op.f("pk_task")),
    )
    op.create_table(
        "task_reminder",
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('before', 'after', 'late', 'weekly')", name=op.f("ck_task_reminder_kind")),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name=op.f("fk_task_reminder_calendar_calendar")),
        sa.PrimaryKeyConstraint(
            "calendar", "task", "unit", "kind", "falls_on", name=op.f("pk_task_reminder")
        ),
    )
