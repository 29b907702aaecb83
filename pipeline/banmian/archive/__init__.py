"""An archive: folders of pages, thousands at a time, run so that every page is accounted for."""
