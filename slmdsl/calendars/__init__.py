"""When time counts: a calendar as a monotone function of instants, with both inverses."""
