"""The arithmetic of pay: one canonical curve, a chain of steps, and the dialects that evaluate them."""
