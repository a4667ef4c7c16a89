"""Spans, diagnostics and units: what every room stands on."""
