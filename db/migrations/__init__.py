"""Brings a database to the newest schema: `upgrade(url)`. Its rules: docs/decisions."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_HERE = Path(__file__).parent


def upgrade(database_url: str, revision: str = "head") -> None:
    """Applies the migrations that the database lacks; a repeat changes nothing.

    Runs in one transaction, under a lock: two callers at once do it once, and a failure changes
    nothing. Raises `SchemaRefused` for a database of another line of migrations, or a newer one.
    """
    command.upgrade(config_for(database_url), revision)


def config_for(database_url: str) -> Config:
    """What alembic is to know: our migrations and the database."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["database_url"] = database_url
    return config
