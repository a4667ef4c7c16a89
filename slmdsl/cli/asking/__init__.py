"""What a command line asks for, and running it with a bar."""
