"""Alembic's way into our tables; the connection comes from `store.database.upgrade`."""

from alembic import context

from store.base import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
