"""Units of measure: the UCUM codes that vital signs and growth need, with exact factors; nothing else of UCUM.

Sources stand in units.json beside each factor. The whole of UCUM takes most of a second to load; these take none.
"""

from medassist.codecs.units.quantity import Quantity, convert, number, quantity
from medassist.codecs.units.table import NotComparable, Unit, UnitError, UnknownUnit, code, codes, shown, unit

__all__ = [
    "NotComparable",
    "Quantity",
    "Unit",
    "UnitError",
    "UnknownUnit",
    "code",
    "codes",
    "convert",
    "number",
    "quantity",
    "shown",
    "unit",
]
