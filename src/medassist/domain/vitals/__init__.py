"""Vital signs taken, judged, corrected: sets, their readings, who confirmed what. Not here: laboratory results."""
