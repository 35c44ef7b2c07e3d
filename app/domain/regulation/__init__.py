"""The regulation as rules: clauses, tariffs, facts of a case, and the decision with its reasons."""
