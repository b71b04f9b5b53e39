"""The office: its sites, rooms, hours, the staff and the positions they hold, and who is in the building now.

Kept here: organization, sites, rooms, weekly hours, closures, staff, positions, presence, what kind of
facility a site is.
Not kept here: what staff may do (delegation), what they have proved (credentials), how they sign in (interfaces/web).
"""
