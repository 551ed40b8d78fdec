"""Several commands of our command line in one process, since starting takes longer than each of
them: `python -m stack.prepare '[["migrate"], ["mailbox", "operator=a@b.example"]]'`.
"""

import gc
import json
import sys
from collections.abc import Sequence

from starter.__main__ import main


def run(commands: Sequence[Sequence[str]]) -> int:
    """Each after the other up to one that fails; its exit code, or 0."""
    return next((code for words in commands if (code := main(words))), 0)


if __name__ == "__main__":
    exit_code = run(json.loads(sys.argv[1]))
    gc.collect()  # as `python -m starter` does
    sys.exit(exit_code)
