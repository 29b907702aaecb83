"""What the make-up of a page says: columns, kinds of type, which head stands over what.

A raw text shows none of this, and `banmian.reading` guesses it from words. Where lines carry boxes, the stages
`columns`, `blocks` and `articles` ask here instead; what they hand on is the same. Boxes propose: a gap, an indent, a
size of type. Words decide where two readings are possible: whether a sentence goes on, whether a story begins.

In the order of the work, none of them asking a later one: `legs` puts lines into legs (栏) and tells the type of each,
`units` cuts legs into what stands in them, `links` finds which leg goes on in which and which head stands over what,
and `stories` puts articles together. Beside them: `frame`, in which all of them see a page, and `boxes`, where a text
of the result is printed.
"""
