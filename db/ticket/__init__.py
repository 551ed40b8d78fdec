"""Support tickets: their messages, notes, decisions and cases."""
