"""Archives: folders of pages by the thousand, done once and accounted for page by page.

`sources` finds pages, `issues` says which are of one paper of one day, `units` does the work on an issue, `work`
spreads it over processes (`cluster`: over machines), `store` writes results, `journal` says what became of each page,
and `run` is all of it.
"""
