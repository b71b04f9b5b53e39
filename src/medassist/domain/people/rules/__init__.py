"""What can be true of a patient: names, dates, numbers, phones, pictures; how patients are found and told apart."""

from medassist.domain.people.rules.alerts import ALERT_CODES

__all__ = ["ALERT_CODES"]
