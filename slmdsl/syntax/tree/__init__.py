"""The typed syntax tree: one frozen class for each thing that can be written, one module for each family of blocks."""
