"""How Alembic reaches the database: over the connection that `RecordStore` opened."""

from alembic import context

from revplan.store.schema import metadata

connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
else:  # only text: what a migration would do on another database
    context.configure(
        dialect_name=context.config.attributes.get("dialect", "postgresql"),
        target_metadata=metadata,
        output_buffer=context.config.output_buffer,
    )
context.run_migrations()
