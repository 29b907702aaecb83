"""banmian (版面): articles from the raw text of Chinese newspaper pages."""
