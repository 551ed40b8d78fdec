"""Brings a database to the newest schema: `upgrade(url)`."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_HERE = Path(__file__).parent


def upgrade(database_url: str) -> None:
    """Applies the migrations that the database lacks; a repeat changes nothing.

    Runs in one transaction per migration under a lock, so two callers at once do it once.
    """
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["database_url"] = database_url
    command.upgrade(config, "head")
