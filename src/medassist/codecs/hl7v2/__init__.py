"""HL7 v2 in its pipe-and-hat form: bytes to segments and fields and back, and the frames in which they travel.

Nothing is copied that is not asked for: a message is split into lines, a line into fields when it is touched, a field
into its parts when one is read. Codec only: it knows no code, no patient, no rule.
"""

from medassist.codecs.hl7v2.acknowledge import Code, Fault, acknowledge
from medassist.codecs.hl7v2.message import Malformed, Message, Segment, parse
from medassist.codecs.hl7v2.write import write

__all__ = ["Code", "Fault", "Malformed", "Message", "Segment", "acknowledge", "parse", "write"]
