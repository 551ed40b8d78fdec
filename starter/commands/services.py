"""The database, Temporal, clock and settings that a command works with."""

from dataclasses import dataclass, field

from db.database import Database
from gateways.mailbox import LetterReader
from gateways.scans import ScanReader
from settings import Settings
from starter.commands.cases import Cases


@dataclass(frozen=True)
class Services:
    """Created once in a process, at its start."""

    settings: Settings
    database: Database
    cases: Cases
    scans: ScanReader
    letters: LetterReader = field(default_factory=LetterReader)
