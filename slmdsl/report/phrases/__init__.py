"""Every template in every language: the same keys, and in each the same places."""
