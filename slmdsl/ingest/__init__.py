"""Exports become an event log; what is refused is listed with its reason."""
