"""What is said of a specification as a whole: small functions, each from the draft to its findings."""
