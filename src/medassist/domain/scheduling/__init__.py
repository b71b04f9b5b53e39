"""The schedule: when providers can be booked, and who is booked when.

Kept here: types of appointment, providers' weekly availability, slots, appointments, and the bookings of people
and rooms.
Not kept here: what happens once somebody has come (visits), hours and closures of the office (office).
"""
