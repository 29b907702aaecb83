"""How legs are cut into units, what stands on a page as one thing: heads of one story, text, bylines, captions."""
