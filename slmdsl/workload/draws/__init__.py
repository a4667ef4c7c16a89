"""Luck: keyed random numbers, and what they mean for a distribution. Both engines call these very functions."""
