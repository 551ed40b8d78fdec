"""Bring the database to the newest schema; a repeat changes nothing."""

import argparse

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from db.migrations import upgrade
from db.schema_version import SchemaRefused
from settings import Settings
from starter.cli.failure import CommandFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the database is the environment's."""


def run(_: argparse.Namespace) -> int:
    """Applies what is missing."""
    try:
        upgrade(Settings.from_environment().database_url)
    except (SQLAlchemyError, psycopg.Error) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise CommandFailed(f"the database could not be migrated: {reason}") from None
    except SchemaRefused as refused:
        raise CommandFailed(str(refused)) from None
    print("the schema is up to date")
    return 0
