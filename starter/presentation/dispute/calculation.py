"""What the compensation of a dispute was counted by, line by line."""

from db.compensation.legal_rule import all_rules
from db.database import Database
from db.dispute import reads
from db.facts import load
from domain.dossier.dossier import Counted
from starter.commands.dossier.calculation import counted_from
from texts import Language


async def counted_of(database: Database, dispute_id: str, language: Language) -> Counted | None:
    """The calculation of the last decision that gave a compensation; None without one."""
    (found,) = await database.read(reads.calculation(dispute_id))
    if not found:
        return None
    return counted_from(found[0].calculation, await load(database, all_rules()), language)
