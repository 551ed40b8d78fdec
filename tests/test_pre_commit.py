"""What a commit is checked by before it is made is what `make check` runs."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
TOOL = re.compile(
    r"(ruff check|ruff format|codespell|mypy|lint-imports|tests\.dead_code|audit\.py)"
)


def test_the_hooks_are_the_tools_of_make_check() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (local,) = hooks["repos"]
    entries = [hook["entry"] for hook in local["hooks"]]
    assert [TOOL.findall(line) for line in recipe.splitlines()] == [
        TOOL.findall(entry) for entry in entries
    ]
    assert all(len(TOOL.findall(entry)) == 1 for entry in entries)


def test_a_hook_runs_what_the_checkout_has_installed() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    for repository in hooks["repos"]:
        assert repository["repo"] == "local"
        assert all(hook["entry"].startswith(".venv/bin/") for hook in repository["hooks"])
