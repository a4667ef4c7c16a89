"""Numbers are weighed: arrays in, estimates with intervals out."""
