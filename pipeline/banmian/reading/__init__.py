"""How a page is read by its words alone: the evidence about lines, blocks and heads, and the decisions made from it.

`columns` takes mixed columns apart, `blocks` tells what lines are and which are one block, `links` what goes on in
what, and `stories` puts articles together. Beside them: what several need.
"""
