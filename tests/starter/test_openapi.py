"""The copy of the API's description that people read without running anything."""

import json

from starter.api.app import documentation
from tests.starter.served import ROOT


def test_the_copy_in_the_docs_is_what_the_code_makes() -> None:
    copy = json.loads((ROOT / "docs/openapi.json").read_text())
    assert copy == documentation(), "run: python -m starter openapi > docs/openapi.json"
