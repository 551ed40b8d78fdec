"""Disputes: their openings, messages, evidence, decisions and cases."""
