"""How mixed columns are taken apart: which line goes on from which, and which heads stand over what."""
