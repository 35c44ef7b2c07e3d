"""The copy of a whole database into another one, of either engine."""
