"""Many runs, compared: what a proposal would do, and what of it can be relied on."""
