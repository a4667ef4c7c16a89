"""Targets on the uptime of services: who was up when, counted in the way that a target asks for."""
