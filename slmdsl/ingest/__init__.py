"""Exports become an event log; what is refused is listed with its reason."""

from slmdsl.ingest.dry import DryColumn, DryRun, dry_run
from slmdsl.ingest.from_sources import ingest
from slmdsl.ingest.limits import LIMITS, IngestError, Limits
from slmdsl.ingest.suggest import suggest

__all__ = ["LIMITS", "DryColumn", "DryRun", "IngestError", "Limits", "dry_run", "ingest", "suggest"]
