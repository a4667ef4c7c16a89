"""The service report: one module for each of its parts, each a function from facts to a section."""
