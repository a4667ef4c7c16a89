"""The desk, simulated: a compiled plan and a replication's luck in, an event log out."""
