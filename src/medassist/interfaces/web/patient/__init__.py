"""The patient page: banner, summary, trend of vital signs, lists, visits. What one domain alone shows lies there."""
