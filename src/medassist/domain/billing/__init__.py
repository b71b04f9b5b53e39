"""Money: so far the coverage that patients have. Charges, claims and payments come later."""
