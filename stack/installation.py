"""What makes a kept stack the same one on its next start: its name and its keys."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILE_NAME = "installation.json"
NAME_BYTES = 4
KEY_BYTES = 32
PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Installation:
    """`name` ties the data inside the checkout to those of the database server outside it."""

    name: str
    development_key: str
    code_key: str
    acquirer_secret_key: str
    login_secret: str


def installation(folder: Path) -> Installation:
    """The folder's own; what it has not is made at random, once."""
    file = folder / FILE_NAME
    known = json.loads(file.read_text()) if file.exists() else {}
    made = replace(_new(), **known)
    if asdict(made) != known:
        _write(file, made)
    return made


def _new() -> Installation:
    """In hex: a key that began with a dash would be an option on a command line."""
    return Installation(
        name=secrets.token_hex(NAME_BYTES),
        development_key=secrets.token_hex(KEY_BYTES),
        code_key=secrets.token_hex(KEY_BYTES),
        acquirer_secret_key=secrets.token_hex(KEY_BYTES),
        login_secret=secrets.token_hex(KEY_BYTES),
    )


def _write(file: Path, made: Installation) -> None:
    """By renaming, so that a killed run leaves no half of it."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=PRIVATE_FILE)
    unfinished.write_text(json.dumps(asdict(made), indent=2))
    unfinished.replace(file)
