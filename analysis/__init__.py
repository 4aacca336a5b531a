"""Talks and Strikes: the record of one diplomatic episode, and the exhibits drawn from it."""

__version__ = "0.1.0"
