"""The fast engine: the simulated desk as a kernel on arrays."""
