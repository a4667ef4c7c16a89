"""Error budgets and the alerts on how fast they are spent."""
