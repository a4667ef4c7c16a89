"""What two texts promise differently, in words."""
