"""How a page is read: the evidence about lines, strands and heads, and the decisions made from it."""
