"""What can be true of preparing for an examination: bank and checker, memory, ability, choosing, mocks. Pure."""

from medassist.domain.study.rules.ability import Asked, Posterior, posterior
from medassist.domain.study.rules.bank import ITEMS, LETTERS, OWN, Bank, Item, bank, item, plain
from medassist.domain.study.rules.calibrating import Calibrated, Enough, calibrate, enough
from medassist.domain.study.rules.checks import Fault, Report, check, faults_of, rates, repeated
from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.choosing import Pool, fresh_item, next_item, pool
from medassist.domain.study.rules.choosing import enough as placed
from medassist.domain.study.rules.heavy import girth
from medassist.domain.study.rules.memory import RATINGS, Memory, due, rated, replayed, reviewed
from medassist.domain.study.rules.mock import Form, Mark, draw, ends, length, marks, minutes, tally
from medassist.domain.study.rules.outlines import Area, Exam, Found, Outlines, outlines
from medassist.domain.study.rules.readiness import Readiness, readiness

__all__ = [
    "ITEMS", "LETTERS", "OWN", "RATINGS", "Area", "Asked", "Bank", "Calibrated", "Enough", "Exam", "Fault", "Form",
    "Found", "Item", "Mark", "Memory", "Outlines", "Pool", "Posterior", "Readiness", "Report", "bank", "calibrate",
    "check", "chosen", "draw", "due", "ends", "enough", "faults_of", "fresh_item", "girth", "item", "length", "marks",
    "minutes", "next_item", "outlines", "placed", "plain", "pool", "posterior", "rated", "rates", "readiness",
    "repeated", "replayed", "reviewed", "tally",
]  # fmt: skip
