"""The work calendar of clause 2.1: day plans, service hours and working time between instants."""
