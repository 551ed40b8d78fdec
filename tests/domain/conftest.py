"""Properties are judged by their truth: on a busy machine a slow example is not a failure."""

from hypothesis import settings

settings.register_profile("kopeyka", deadline=None)
settings.load_profile("kopeyka")
