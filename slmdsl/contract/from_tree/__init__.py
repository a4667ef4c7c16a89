"""From the syntax tree to the contract: one module for each family of blocks."""
