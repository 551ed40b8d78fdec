"""A module's database and its books, and a sandbox acquirer of these tests."""

from tests.fixtures import acquirer, acquirer_process, books, database, gateway

__all__ = ["acquirer", "acquirer_process", "books", "database", "gateway"]
