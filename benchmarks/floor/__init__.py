"""The floor: the smallest endpoint that stores the same rows as a submission, equally durable.

`record` runs the real service once, on the database that the floor then serves, and writes down every
statement of a submission with its parameters. The floor runs those statements and nothing else: no rules,
no key of a caller, no text, no log. It follows the schema because nothing of it is kept by hand.
"""
