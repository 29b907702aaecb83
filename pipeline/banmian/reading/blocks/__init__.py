"""How blocks are told: what each line is, and which lines next to each other are one paragraph or one head."""
