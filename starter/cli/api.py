"""Serve the HTTP API until SIGTERM or Ctrl-C."""

import argparse

from db.database import Database
from settings import Settings
from starter.api.app import create_app
from starter.cli.serving import Application, add_address, serve
from starter.connection import connect

DEFAULT_PORT = 8080


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    add_address(parser, DEFAULT_PORT)


def run(arguments: argparse.Namespace) -> int:
    """Serves; a port that is taken or a database of another schema is said before."""
    return serve(arguments, _application)


def _application(settings: Settings) -> Application:
    return create_app(settings, Database(settings.database_url), connect)
