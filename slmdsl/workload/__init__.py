"""What a load is compiled to: arrivals, staff, outages and luck as arrays, and the functions that draw from them."""
