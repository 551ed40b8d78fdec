"""The name and the keys of a kept stack, which are the same each time it starts."""

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
    """`name` connects the data inside the checkout with those of the database server outside it."""

    name: str
    development_key: str
    code_key: str
    dossier_key: str
    acquirer_secret_key: str
    login_secret: str
    telegram_secret: str


def installation(folder: Path) -> Installation:
    """That of the folder; what it has not is made at random, once."""
    file = folder / FILE_NAME
    known = json.loads(file.read_text()) if file.exists() else {}
    made = replace(_new(), **known)
    if asdict(made) != known:
        _write(file, made)
    return made


def _new() -> Installation:
    """In hex: a key that began with a dash would be read as an option of a command."""
    return Installation(
        name=secrets.token_hex(NAME_BYTES),
        development_key=secrets.token_hex(KEY_BYTES),
        code_key=secrets.token_hex(KEY_BYTES),
        dossier_key=secrets.token_hex(KEY_BYTES),
        acquirer_secret_key=secrets.token_hex(KEY_BYTES),
        login_secret=secrets.token_hex(KEY_BYTES),
        telegram_secret=secrets.token_hex(KEY_BYTES),
    )


def _write(file: Path, made: Installation) -> None:
    """Writes and renames, so that a killed run leaves no incomplete file."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=PRIVATE_FILE)
    unfinished.write_text(json.dumps(asdict(made), indent=2))
    unfinished.replace(file)
