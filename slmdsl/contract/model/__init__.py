"""What was declared, resolved: names are looked up, defaults filled in, units checked."""
