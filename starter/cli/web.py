"""Serve the pages until SIGTERM or Ctrl-C."""

import argparse

from db.database import Database
from starter.cli.serving import add_address, serve
from starter.connection import connect
from starter.web.app import create_app, end_streams

DEFAULT_PORT = 8081


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    add_address(parser, DEFAULT_PORT)


def run(arguments: argparse.Namespace) -> int:
    """Serves; a port that is taken or a database of another schema is said before."""
    return serve(
        arguments,
        lambda settings: create_app(settings, Database(settings.database_url), connect),
        end_streams,
    )
