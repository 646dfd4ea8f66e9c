"""Running the migrations on an open connection, without an ini file."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from lawcore.storage.postgres import TAKE_THE_PEN


def run_migrations(connection: Connection) -> None:
    """Upgrade the database of `connection` to the newest version, in its transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(TAKE_THE_PEN)
    command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """Alembic's settings for `connection`."""
    settings = Config()
    settings.set_main_option("script_location", "lawcore.storage:migrations")
    settings.attributes["connection"] = connection
    return settings
