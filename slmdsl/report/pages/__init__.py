"""Pages that stand alone: templates with everything in them, no scripts, nothing from elsewhere."""
