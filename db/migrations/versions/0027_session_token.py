"""A session that goes on under another token ends the open pages of its old one."""

from db.migrations.script import run_script

revision = "0027_session_token"
down_revision = "0026_cabinet"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
