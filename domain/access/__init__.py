"""The roles of callers, and when two logins are one person's."""
