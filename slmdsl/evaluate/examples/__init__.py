"""`example` lines are run: a text must say what its parties think it says."""
