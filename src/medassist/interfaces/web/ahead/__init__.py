"""Looking ahead: what if, what a change would do to what is booked, and who covers it. Rulings on days to come."""
