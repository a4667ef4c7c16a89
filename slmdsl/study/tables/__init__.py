"""What a study knows, as frames."""
