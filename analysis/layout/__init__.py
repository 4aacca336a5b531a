"""Where marks and words stand on paper; nothing here knows the record."""
