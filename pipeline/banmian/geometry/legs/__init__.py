"""How lines are put into legs (栏), and what each leg is by the type that it is set in: heads, text, running lines."""
