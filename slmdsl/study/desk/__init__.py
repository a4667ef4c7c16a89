"""How the desk fared in one log, and what it cost."""
