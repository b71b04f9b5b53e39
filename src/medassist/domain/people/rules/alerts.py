"""Alerts that the house itself acts upon; all others are for people to read."""

ALERT_CODES = {
    "no-pressure-left-arm": "No blood pressure on the left arm",
    "no-pressure-right-arm": "No blood pressure on the right arm",
    "oxygen-target-88-92": "Oxygen target 88 to 92 %, set by a provider",
    "pregnant": "Pregnant: no NEWS2",
}
