"""The compiled form of a catalogue, kept as Python keeps that of its modules: compiling both takes
half a second of processor time, and every process of the product reads them when it starts.
"""

import io
import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

KEPT = "__pycache__"
"""The folder beside the catalogues."""


def compiled(source: Path) -> bytes:
    """What gettext reads of a `.po` file, of which only its own text decides.

    It is kept in `__pycache__` beside the source unless Python is told to keep nothing; a checkout
    that cannot be written to is compiled each time. Raises Babel's `PoFileError` for a source with
    an error.
    """
    text = source.read_bytes()
    kept = source.parent / KEPT / f"{source.stem}-{sha256(text).hexdigest()}.mo"
    with suppress(OSError):
        return kept.read_bytes()
    made = _made(text, source.stem)
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            _keep(kept, made)
    return made


def _made(text: bytes, language: str) -> bytes:
    from babel.messages.mofile import write_mo  # only who compiles pays for it
    from babel.messages.pofile import read_po

    catalogue = read_po(io.BytesIO(text), locale=language, abort_invalid=True)
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def _keep(kept: Path, made: bytes) -> None:
    """Whole or not at all: processes start together. Forms of older texts go."""
    kept.parent.mkdir(exist_ok=True)
    written = kept.with_suffix(f".{os.getpid()}")
    written.write_bytes(made)
    written.replace(kept)
    language = kept.name.partition("-")[0]
    for older in kept.parent.glob(f"{language}-*.mo"):
        if older != kept:
            older.unlink(missing_ok=True)
