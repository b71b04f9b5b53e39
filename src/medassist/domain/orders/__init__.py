"""Orders: what a provider signed, for one patient or standing for all whom it fits.

Kept here: standing orders with their text and versions, orders for one patient. Not here: who may carry them out
(delegation), what was carried out (medications, labs, vitals).
"""
