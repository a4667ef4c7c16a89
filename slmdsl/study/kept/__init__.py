"""Where replications are run and where they are kept: threads, other machines, a file to go on from."""
