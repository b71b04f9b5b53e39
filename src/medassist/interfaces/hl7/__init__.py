"""HL7 v2 over MLLP: a message is kept as it came, acted upon, and answered; the answer is kept too."""
