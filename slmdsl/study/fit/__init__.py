"""A load model from a real log: how tickets arrive, how they flow and who works them."""
