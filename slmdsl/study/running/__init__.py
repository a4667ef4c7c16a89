"""The loop: which replications come next, what each says, and when enough is known."""
