"""What can be promised instead: levels that hold, staff that carries what is asked, and a counter-offer."""
