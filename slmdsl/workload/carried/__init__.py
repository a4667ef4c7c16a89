"""Tickets that are open when simulated time begins: what a log says of them, and where they stand on the desk."""
