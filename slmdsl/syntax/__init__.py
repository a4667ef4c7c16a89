"""From text to a typed syntax tree: scanner, skeleton, statements, projects."""
