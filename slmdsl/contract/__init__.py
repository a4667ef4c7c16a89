"""The resolved and checked model of everything declared."""
