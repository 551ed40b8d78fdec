"""The stories, in the order in which they are played; a new one is a file and a row here."""

from demo.stories import charged_twice, mixed, overpaid, returned, silent, subscription
from demo.stories.story import Story

STORIES: tuple[Story, ...] = (subscription.STORY, mixed.STORY, returned.STORY, silent.STORY)
AFTER_RENEWAL: tuple[Story, ...] = (overpaid.STORY,)
"""Refunds of what renewals brought; they are played behind the renewal's own story."""
DISPUTED: tuple[Story, ...] = (charged_twice.STORY,)
"""Refunds that disputes begin."""
