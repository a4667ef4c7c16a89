"""Escalations: what fired on tickets and on the whole desk, and whom it told."""
