"""Asks a database of vulnerabilities (OSV) about every locked package.

`python requirements/audit.py`: exit code 1 when one of them has a known vulnerability, or when
the locked set cannot be read. A database that cannot be reached is no reason to stop: one line says
that it was not asked.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LOCKED = Path(__file__).with_name("bench.txt")
"""The largest of the locked sets, which holds the others."""
OSV_URL = "https://api.osv.dev/v1/query"
UNREACHABLE = ("ServiceError", "requests.exceptions")
"""What pip-audit ends with when the database does not answer, or answers with an error."""
CONNECT_SECONDS = 5
WHOLE_SECONDS = 60
"""How long one answer, and all of them, may take."""


def audit(locked: Path, url: str) -> int:
    """Prints what is known of the packages and answers the exit code."""
    try:
        done = _asked(locked, url)
    except subprocess.TimeoutExpired:
        return _not_asked(url)
    if not done.stdout.startswith("{"):
        if any(word in done.stderr for word in UNREACHABLE):
            return _not_asked(url)
        print(done.stderr.strip())
        return 1
    packages = json.loads(done.stdout)["dependencies"]
    found = list(_known(packages))
    print("\n".join(found) or f"Known vulnerabilities: none in {len(packages)} locked packages")
    return 1 if found else 0


def _not_asked(url: str) -> int:
    print(f"Known vulnerabilities: not asked, {url} cannot be reached")
    return 0


def _asked(locked: Path, url: str) -> subprocess.CompletedProcess[str]:
    """What pip-audit writes: JSON, or on stderr why there is none."""
    options = ("--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json")
    service = ("--vulnerability-service=osv", f"--osv-url={url}", f"--timeout={CONNECT_SECONDS}")
    command = [sys.executable, "-m", "pip_audit", f"--requirement={locked}", *options, *service]
    return subprocess.run(  # noqa: S603  our own arguments
        command, capture_output=True, text=True, timeout=WHOLE_SECONDS, check=False
    )


def _known(packages: list[dict[str, object]]) -> Iterator[str]:
    for package in packages:
        vulnerabilities = package.get("vulns", [])
        assert isinstance(vulnerabilities, list)
        for one in vulnerabilities:
            mended = ", ".join(one["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {one['id']}, mended in {mended}"


if __name__ == "__main__":
    sys.exit(audit(LOCKED, sys.argv[1] if len(sys.argv) > 1 else OSV_URL))
