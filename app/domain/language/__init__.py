"""What a customer's words show by themselves (2.1, 3, 4.6): pure, standard library only.

Obscene words are a finding, an insult and a category are hints: none of them decides here.
"""
