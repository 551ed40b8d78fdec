"""The renewal of a subscription: statuses, waits, reminders, indicator."""
