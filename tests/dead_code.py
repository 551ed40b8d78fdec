"""Dead code: `python -m tests.dead_code` names what nothing uses, by vulture.

Exit code 1 when there is any, or when an entry of `ALLOWED` allows nothing any more.
"""

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from vulture import Vulture
from vulture.core import Item

ROOT = Path(__file__).parent.parent
PARTS = (
    *("activities", "bench", "db", "demo", "domain", "gateways", "sandbox", "simulation"),
    *("stack", "starter", "tests", "texts", "workflows"),
    *("environment.py", "settings.py", "worker.py"),
)
DECORATORS = [
    *("@routes.*", "@app.*", "@page.*", "@admin.*", "@*.get", "@*.post", "@*.put"),
    *("@workflow.*", "@activity.*", "@*.validator"),
    *("@pytest.*", "@pytest_asyncio.*", "@schemathesis.*", "@*_validator*", "@model_serializer*"),
]
"""What these mark is called by FastAPI, Temporal, pytest or pydantic."""
MESSAGES = ("starter/api/*", "starter/presentation/*", "sandbox/*", "bench/history.py")
"""The fields of classes here are read by whoever gets the message; members of an enumeration, in
every file, may come from a row.
"""
NAMES = [
    *("model_config", "revision", "down_revision", "upgrade", "downgrade"),
    *("test_*", "pytest_*", "pytestmark"),
    *("handle_*", "do_GET", "do_POST", "log_message", "intercept_*"),
    "__annotations__",
]
"""What others look for by its name: pydantic, Alembic; pytest; aiosmtpd, html.parser, http.server,
Temporal's interceptors; typing.
"""
TEMPLATES = ROOT / "starter/web/templates"
ALLOWED = {
    "stack/catcher/imap.py": "Twisted calls the methods of its interfaces, and reads its settings",
    "texts/catalogue.py": "gettext calls with the names of its own parameters",
    "gateways/scans/pictures.py": "Pillow reads its limit of pixels",
    "domain/calendar/bank_calendar.py": "expat calls the handlers that are set on its parser",
    "domain/dossier/archive.py": "zipfile writes the attributes of an entry",
    "sandbox/acquirer/books_file.py": "sqlite3 asks for the factory of its rows",
    "sandbox/bank/books.py": "sqlite3 asks for the factory of its rows",
    "db/reading.py": "the parameters of overloads are told apart by their names",
    "db/tables.py": "a table is compared with the schema also where triggers alone write it",
    "tests/activities/case/test_alive.py": "the SDK's environment for activities calls it",
    "tests/conftest.py": "pytest-xdist asks its scheduler for the scope of a test",
    "tests/db/test_constraints.py": "SQL names the fields of its parameters",
    "tests/db/test_typed_rows.py": "a row is compared by the names of its columns alone",
    "tests/gateways/test_scans.py": "pikepdf writes attributes as keys of a PDF",
    "tests/scans.py": "pikepdf writes attributes as keys of a PDF",
    "tests/starter/banking/test_term_story.py": "a fixture is asked for by a parameter",
    "tests/starter/card/test_webhook.py": "the `yield` that makes a generator is never reached",
    "starter/web/login/link.py": "Starlette runs what stands behind an answer",
    "tests/counting.py": "coverage.py asks its report for the reporter of a file",
    "starter/cli/serving.py": "uvicorn's server stops when it reads this, and captures signals",
    "tests/starter/webhook_client.py": "uvicorn's server stops when it reads this",
    "bench/dbos/__main__.py": "likewise",
    "workflows/runner.py": "Temporal asks a codec for its contexts",
}
"""Files in which others use what we do not, and who does."""


def named_in_templates() -> list[str]:
    """The names that pages ask for: a template is code that vulture does not read."""
    read = (file.read_text("utf-8") for file in TEMPLATES.glob("*.html"))
    return sorted({word for text in read for word in re.findall(r"[a-z_]{3,}", text)})


def found() -> Iterator[Item]:
    """What vulture finds and the rules above do not explain."""
    vulture = Vulture(ignore_names=[*NAMES, *named_in_templates()], ignore_decorators=DECORATORS)
    parts = [str(ROOT / part) for part in PARTS if (ROOT / part).exists()]
    vulture.scavenge(parts)
    for item in vulture.get_unused_code(min_confidence=60):
        if not _comes_from_outside(item):
            yield item


def _comes_from_outside(item: Item) -> bool:
    if item.typ != "variable":
        return False
    is_message = any(fnmatch(_path(item), pattern) for pattern in MESSAGES)
    return item.first_lineno in _lines(Path(item.filename), fields=is_message)


def _lines(file: Path, *, fields: bool) -> set[int]:
    """The lines of members of enumerations and, where asked, of the annotated fields of classes."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    lines: set[int] = set()
    for one in classes:
        if any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in one.bases):
            lines |= {node.lineno for node in one.body}
        if fields:
            lines |= {node.lineno for node in one.body if isinstance(node, ast.AnnAssign)}
    return lines


def _path(item: Item) -> str:
    return Path(item.filename).relative_to(ROOT).as_posix()


def main() -> int:
    """Prints one line for each find."""
    items = list(found())
    dead = [one for one in items if _path(one) not in ALLOWED]
    idle = set(ALLOWED) - {_path(one) for one in items}
    for one in dead:
        print(f"{_path(one)}:{one.first_lineno}: nothing uses {one.typ} {one.name!r}")  # noqa: T201
    for path in sorted(idle):
        print(f"{path}: nothing here is unused, take it out of ALLOWED")  # noqa: T201
    return 1 if dead or idle else 0


if __name__ == "__main__":
    sys.exit(main())
