"""Which leg goes on in which, and which heads stand over it: places, words, and one choice for the whole page."""
