"""The regulation and its terms; standard library only."""
