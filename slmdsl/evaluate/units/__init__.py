"""Units of tickets (waits, stretches, stays): a log of their own, to be judged as tickets are."""
