"""What is said of one log: verdicts by month and night, credits, missed tickets and where their time went."""
