"""Who can be picked: names as people read them, and the claims that the product reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEOPLE_FILE = Path(__file__).with_name("people.json")


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `client_ids` are the organisations that a client acts for."""

    login: str
    name: str
    title: str
    role: str
    email: str
    client_ids: tuple[str, ...]

    @property
    def claims(self) -> Mapping[str, Any]:
        """What a token says of the person."""
        return {
            "sub": self.login,
            "name": self.name,
            "email": self.email,
            "role": self.role,
            "client_ids": list(self.client_ids),
        }


def people(file: Path = PEOPLE_FILE) -> Mapping[str, Person]:
    """Everybody of a file, by login."""
    written = json.loads(file.read_text("utf-8"))
    known = (Person(**{**one, "client_ids": tuple(one["client_ids"])}) for one in written)
    return {person.login: person for person in known}
