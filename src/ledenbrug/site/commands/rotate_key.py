"""Adds a new key for stored secrets and seals everything under it again.

It must not stop anything: running processes see the new key at once, and the key before stays readable until the next
rotation. Older ones are gone afterwards.
"""

import sys

from ledenbrug.site import keys, start


def main(arguments: list[str]) -> int:
    with start.database():
        start.django()
        from ledenbrug.site import schema
        from ledenbrug.sync import secrets

        schema.ensure_same()
        keys.add_token_key(keys.folder())
        done = secrets.reencrypt_all()
        keys.drop_old_token_keys(keys.folder())
    sys.stdout.write(f"Sealed again under the new key: {done}. Rotate once more to make the key before useless too.\n")
    return 0
