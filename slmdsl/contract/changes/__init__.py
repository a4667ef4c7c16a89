"""What two texts promise differently, and who bears it."""
