"""Terms of the sandbox scanner: limits, and what it finds."""

from typing import Final

MAX_STREAM_BYTES: Final = 25 * 1024 * 1024
"""As clamd's StreamMaxLength is by default."""
MAX_COMMAND_BYTES: Final = 64
MAX_BODY_BYTES: Final = 64 * 1024
MAX_RULES: Final = 100
MAX_TIMES: Final = 1_000_000
MAX_SECONDS: Final = 600.0
ASKED_TO_DIE: Final = 70
"""The exit code of a scanner that was asked to die: no error of its own ends by it."""
VERSION: Final = "ClamAV sandbox/1"
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file of the antivirus industry (eicar.org), in two parts: nobody should find it here."""
FOUND: Final = "Eicar-Test-Signature"
