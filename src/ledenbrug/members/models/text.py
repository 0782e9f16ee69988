"""How a member is found and in which order members stand, as functions of the database and what keeps a text by them.

It must not decide what a search means: `search` does, with the same folding.
"""

from django.db import models

SEARCHED = (
    "number",
    "initials",
    "given_name",
    "first_names",
    "infix",
    "last_name",
    "second_infix",
    "second_last_name",
    "email",
    "phone",
    "phone_home",
    "postcode",
    "city",
    "iban",
)
SORTED = ("last_name", "given_name", "initials", "infix")

# Small letters, accents off, the letters that are no accented letters spelled out; plain ASCII, the most of it, takes a
# short way. Calls only functions of PostgreSQL itself: a dump is restored with an empty search path, and generated
# columns are computed then.
_FOLD = (
    "CASE WHEN octet_length({text}) = char_length({text}) THEN lower(translate({text}, '`', {quote})) ELSE "
    "lower(replace(replace(replace(replace(replace(translate(regexp_replace(normalize({text}, NFKD), "
    "'[\\u0300-\\u036f]', '', 'g'), 'ØøŁłĐđÐðı\u2019\u2018`', 'oollddddi' || repeat({quote}, 3)), "
    "'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'ß', 'ss')) END"
)
_QUOTE = "chr(39)"


def _folded(text: str) -> str:
    return _FOLD.format(text=text, quote=_QUOTE)


def _columns(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in SEARCHED)


def _found_by(row: str) -> str:
    """The function's own fields, and what came to a member later. By the last one its place depends."""
    return f"{_columns(row)}, {row}.nickname, {row}.name_use"


_WORDS = f"members_searched({_columns('n')}) || ' ' || members_fold(n.nickname)"
_INSERT = "INSERT INTO members_searchtext (member_id, association_id, text, sort_key)"
KEEP_SEARCH_TEXT = f"""
    {_INSERT}
        SELECT n.id, n.association_id, {_WORDS}, n.sort_key FROM new_values n WHERE n.deleted_at IS NULL;
    RETURN NULL;
"""  # noqa: S608 - all of it stands in this file
KEEP_CHANGED_SEARCH_TEXT = f"""
    WITH changed AS (
        SELECT n.*, o.deleted_at IS NULL AS was_there FROM new_values n JOIN old_values o ON o.id = n.id
        WHERE ({_found_by("n")}, n.deleted_at IS NULL) IS DISTINCT FROM ({_found_by("o")}, o.deleted_at IS NULL)
    ), gone AS (
        DELETE FROM members_searchtext kept USING changed n WHERE kept.member_id = n.id AND n.deleted_at IS NOT NULL
    ), written AS (
        UPDATE members_searchtext kept SET text = {_WORDS}, sort_key = n.sort_key FROM changed n
        WHERE kept.member_id = n.id AND n.deleted_at IS NULL AND n.was_there
    )
    {_INSERT}
        SELECT n.id, n.association_id, {_WORDS}, n.sort_key FROM changed n
        WHERE n.deleted_at IS NULL AND NOT n.was_there;
    RETURN NULL;
"""  # noqa: S608 - all of it stands in this file
DROP_SEARCH_TEXT = """
    DELETE FROM members_searchtext kept USING old_values o WHERE kept.member_id = o.id;
    RETURN NULL;
"""


class Searched(models.Func):
    """A column of the first migrations; `SearchText` took its place."""

    function = "members_searched"


class SortKey(models.Func):
    function = "members_sort_key"


def functions() -> tuple[str, ...]:
    """The SQL that makes them. A later change of one needs a migration that rewrites what was made by it."""
    arguments = ", ".join(f"{name} text" for name in SEARCHED)
    words = " || ' ' || ".join(SEARCHED)
    return (
        _function("members_fold", "written text", _folded("written")),
        _function("members_searched", arguments, _folded(f"({words})")),
        _function(
            "members_sort_key",
            ", ".join(f"{name} text" for name in SORTED),
            # the last name without the marks in it, then who of that name, then the infix: Vries, Jan de
            f"btrim(regexp_replace({_folded('last_name')}, '[\\s''.-]+', ' ', 'g')) || ' ! ' || "
            + _folded("(coalesce(nullif(given_name, ''), initials) || ' ! ' || infix)"),
        ),
    )


def _function(name: str, arguments: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}({arguments}) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT {body} $$"
    )
