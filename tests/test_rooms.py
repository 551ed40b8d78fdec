"""Every room stands in the import contracts of its floor, so none is left out of them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("domain", "db", "activities", "starter.commands", "starter.api")
CROSSING = frozenset({"invariants", "migrations", "http"})
"""Packages of `db/` and of the API that serve all rooms at once."""


def rooms(floor: str) -> set[str]:
    folder = ROOT / floor.replace(".", "/")
    return {one.parent.name for one in folder.glob("*/__init__.py")} - CROSSING


def contracts() -> list[dict[str, object]]:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(written["tool"]["importlinter"]["contracts"])


def layered(floor: str) -> Iterator[str]:
    """The rooms that the contract of a floor names."""
    for contract in contracts():
        for layer in contract.get("layers", ()):  # type: ignore[attr-defined]
            for module in layer.replace("|", ":").split(":"):
                name = module.strip().strip("()")
                if name.startswith(f"{floor}."):
                    yield name.removeprefix(f"{floor}.")


@pytest.mark.parametrize("floor", FLOORS)
def test_every_room_stands_in_its_floors_contract(floor: str) -> None:
    assert rooms(floor) - set(layered(floor)) == set()


@pytest.mark.parametrize("floor", [one for one in FLOORS if one != "domain"])
def test_a_room_has_the_same_name_on_every_floor(floor: str) -> None:
    assert rooms(floor) - rooms("domain") == set()


def test_the_kernel_is_kept_from_the_rooms_of_every_process() -> None:
    (kernel,) = [one for one in contracts() if one.get("source_modules") == ["workflows.case"]]
    forbidden = set(kernel["forbidden_modules"])  # type: ignore[call-overload]
    processes = rooms("activities") - {"case", "notification", "calendar"}
    assert {f"activities.{room}" for room in processes} <= forbidden
