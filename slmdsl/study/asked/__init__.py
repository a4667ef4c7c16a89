"""What an experiment asks: which variants, over which days, and which of them need no run of their own."""
