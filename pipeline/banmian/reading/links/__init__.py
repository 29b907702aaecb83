"""Which block goes on in which, and which heads are of one story: the evidence, and one choice for the whole page."""
