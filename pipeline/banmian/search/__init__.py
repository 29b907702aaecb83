"""Finding articles in an archive: what a word is, how a query reads, what matches, and how results are shown."""
