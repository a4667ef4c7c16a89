"""Service credits: what missed targets pay, settled period by period in exact minor units."""
