"""Support in Telegram: a door beside the API and the pages."""
