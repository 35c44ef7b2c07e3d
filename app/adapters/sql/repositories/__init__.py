"""The repositories of a unit of work, on a synchronous connection of either engine."""
