"""What arrives: rates, profiles, bursts, mixes and surges as arrays, and the tickets that are drawn of them."""
