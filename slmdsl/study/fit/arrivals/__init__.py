"""How work arrives, fitted on a log: rate, week, holidays, good and bad days, bursts, growth and changes."""
