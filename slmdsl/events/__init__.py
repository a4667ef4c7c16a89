"""The event log: the one form of what happened, real or simulated."""
