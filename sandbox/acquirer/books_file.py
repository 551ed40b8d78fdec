"""The SQLite file of the acquirer's books."""

import sqlite3

_SCHEMA = """
CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, amount_kopecks INTEGER NOT NULL, method TEXT NOT NULL,
    captured_at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    payment_id TEXT NOT NULL REFERENCES payments, key TEXT NOT NULL,
    amount_kopecks INTEGER NOT NULL CHECK (amount_kopecks > 0), description TEXT,
    metadata TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT NOT NULL, party TEXT, reason TEXT,
    created_at_ms INTEGER NOT NULL, polls_left INTEGER, settles_at_ms INTEGER,
    webhook_copies INTEGER NOT NULL, webhook_delay_ms INTEGER NOT NULL,
    receipt TEXT, receipt_content TEXT);
CREATE VIEW IF NOT EXISTS shown_refunds AS SELECT refunds.*, payments.method
    FROM refunds JOIN payments ON payments.id = refunds.payment_id;
CREATE TABLE IF NOT EXISTS receipts (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, body_hash TEXT NOT NULL,
    payment_id TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refunds_of_a_payment ON refunds (payment_id, seq);
CREATE INDEX IF NOT EXISTS refunds_to_settle ON refunds (settles_at_ms)
    WHERE settles_at_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, refund_id TEXT NOT NULL REFERENCES refunds (id),
    remembered_at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS debits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, refund_id TEXT NOT NULL UNIQUE REFERENCES refunds (id),
    payment_id TEXT NOT NULL, key TEXT NOT NULL, amount_kopecks INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, payment_id TEXT, key TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS webhook_address (one INTEGER PRIMARY KEY CHECK (one = 1), url TEXT);
"""


def connect(file: str) -> sqlite3.Connection:
    """Open or create the books; a process killed at any moment leaves them whole."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(_SCHEMA)
    return connection
