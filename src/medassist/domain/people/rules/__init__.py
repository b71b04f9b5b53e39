"""What can be true of a patient: names, dates, numbers, phones, pictures; how patients are found and told apart."""
