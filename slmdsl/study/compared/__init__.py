"""Variants in pairs, and second opinions."""
