"""Invented lives of one connection, each made from a seed: people here and there, time, trouble, workers that die.

The engine, the database, the clients of the packages and their sandboxes are the real ones. A life is played as
`schedule` says it (`play`, `doings`), against a package whose trouble is in `weather` and whose truth `far_side`
remembers, by a `permission` that ends and is renewed; afterwards `truth` complains of whatever may not be. `simulate`
finds the shortest life that shows the same, `lanes` plays many at once, `coverage` tells what they went through, `bugs`
proves that mistakes are seen.
"""
