"""Networks beside each other: their totals (`compare`), and two of them layer by layer (`diff`)."""
