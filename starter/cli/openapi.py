"""Print the API's description (OpenAPI 3.1); docs/openapi.json is a copy of it."""

import argparse
import json

from starter.api.app import documentation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: it is the same everywhere."""


def run(_: argparse.Namespace) -> int:
    """Prints it; needs no settings and asks nobody."""
    print(json.dumps(documentation(), ensure_ascii=False, indent=2))
    return 0
