"""Evidence in the customer's own words (2.1, 3, 4.6): pure, standard library only.

Obscene words are findings, insults and categories are hints. No module here decides on a submission.
"""
