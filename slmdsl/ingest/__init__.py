"""Exports become an event log; what is refused is listed with its reason."""

from slmdsl.ingest.from_sources import ingest
from slmdsl.ingest.limits import LIMITS, IngestError, Limits

__all__ = ["LIMITS", "IngestError", "Limits", "ingest"]
