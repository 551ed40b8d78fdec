"""What is append-only, or never deleted, is not emptied either."""

from db.migrations.script import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Gives every such table the trigger that its row triggers leave open."""
    run_script(__file__, "0007_never_emptied.sql")
