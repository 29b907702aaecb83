"""What the make-up of a page says: columns, kinds of type, which head stands over what.

A raw text shows none of this, and `banmian.reading` guesses it from words. Where lines carry boxes, the stages
`columns`, `blocks` and `articles` ask here instead; what they hand on is the same. Boxes propose: a gap, an indent, a
size of type. Words decide where two readings are possible: whether a sentence goes on, whether a story begins.
"""
