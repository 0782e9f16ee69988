"""The database triggers that note which payers must be looked at: also after a bulk update or plain SQL.

Text only: the migration runs it. What is watched follows from `reading.READ`.
"""

from ledenbrug.sync.queue import FEW, Urgency
from ledenbrug.sync.reading import PAYER, READ

_PAYERS = {
    "members_member": f"""SELECT r.association_id, 'm' || r.id AS payer FROM {{rows}} r
        UNION SELECT r.association_id, {PAYER.format(m="r")} FROM {{rows}} r""",
    "members_payerdetails": "SELECT r.association_id, 'd' || r.id AS payer FROM {rows} r",
    "members_mandate": f"""SELECT r.association_id, 'm' || r.member_id AS payer FROM {{rows}} r
        UNION SELECT r.association_id, {PAYER.format(m="m")} FROM {{rows}} r
              JOIN members_member m ON m.id = r.member_id""",
    "members_memberstatus": f"""SELECT r.association_id, 'm' || m.id AS payer FROM {{rows}} r
              JOIN members_member m ON m.status_id = r.id
        UNION SELECT r.association_id, {PAYER.format(m="m")} FROM {{rows}} r
              JOIN members_member m ON m.status_id = r.id""",
}
"""Per table: which payers a changed row concerns."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION ledenbrug_touch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO sync_touched (connection_id, payer, urgency)
        SELECT c.id, t.payer, {urgency_of_new}
        FROM ({changed}) t
        JOIN sync_connection c ON c.association_id = t.association_id AND c.enabled AND c.removed_at IS NULL
        ORDER BY t.payer COLLATE "C";
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO sync_touched (connection_id, payer, urgency)
        SELECT c.id, t.payer, {urgency_of_new}
        FROM ({new}) t
        JOIN sync_connection c ON c.association_id = t.association_id AND c.enabled AND c.removed_at IS NULL
        ORDER BY t.payer COLLATE "C";
    ELSE
        INSERT INTO sync_touched (connection_id, payer, urgency)
        SELECT c.id, t.payer, {urgency_of_old}
        FROM ({old}) t
        JOIN sync_connection c ON c.association_id = t.association_id AND c.enabled AND c.removed_at IS NULL
        ORDER BY t.payer COLLATE "C";
    END IF;
    RETURN NULL;
END $$;
"""
_URGENCY = f"""CASE WHEN coalesce(current_setting('ledenbrug.cause', true), '') = 'edit'
                  AND (SELECT count(*) FROM (SELECT 1 FROM {{rows}} LIMIT {FEW + 1}) few) <= {FEW}
                  THEN {int(Urgency.EDIT)} ELSE {int(Urgency.BULK)} END"""
_TRIGGERS = """
CREATE TRIGGER ledenbrug_touch_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledenbrug_touch_{table}();
CREATE TRIGGER ledenbrug_touch_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledenbrug_touch_{table}();
CREATE TRIGGER ledenbrug_touch_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ledenbrug_touch_{table}();
"""

JOB_NOTIFY = """
CREATE OR REPLACE FUNCTION ledenbrug_lock_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo') THEN
        PERFORM pg_notify('procrastinate_any_queue_v1',
                          json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledenbrug_lock_free_update AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND NEW.status <> 'doing' AND NEW.lock IS NOT NULL)
    EXECUTE FUNCTION ledenbrug_lock_free();
CREATE TRIGGER ledenbrug_lock_free_delete AFTER DELETE ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND OLD.lock IS NOT NULL)
    EXECUTE FUNCTION ledenbrug_lock_free();
"""
"""A finished job frees its lock without a word; the job that waits for it would only be found at the next poll."""

NO_JOB_NOTIFY = """
DROP TRIGGER ledenbrug_lock_free_update ON procrastinate_jobs;
DROP TRIGGER ledenbrug_lock_free_delete ON procrastinate_jobs;
DROP FUNCTION ledenbrug_lock_free();
"""
DROP = {
    table: f"""
DROP TRIGGER ledenbrug_touch_insert ON {table};
DROP TRIGGER ledenbrug_touch_update ON {table};
DROP TRIGGER ledenbrug_touch_delete ON {table};
DROP FUNCTION ledenbrug_touch_{table}();
"""
    for table in READ
}


def statements() -> dict[str, str]:
    """Per table: its function and its triggers."""
    return {table: function + _TRIGGERS.format(table=table) for table, function in functions().items()}


def functions() -> dict[str, str]:
    """Per table: what its triggers call."""
    return {table: _FUNCTION.format(table=table, **_rows(table)) for table in READ}


def _rows(table: str) -> dict[str, str]:
    columns = READ[table]
    kept, was = (", ".join(f"{row}.{each}" for each in columns) for row in ("n", "o"))
    differ = f"n.id = o.id AND ({kept}) IS DISTINCT FROM ({was})"
    before = f"(SELECT o.* FROM old_rows o JOIN new_rows n ON {differ})"
    after = f"(SELECT n.* FROM new_rows n JOIN old_rows o ON {differ})"
    payers = _PAYERS[table]
    return {
        "urgency_of_new": _URGENCY.format(rows="new_rows"),
        "urgency_of_old": _URGENCY.format(rows="old_rows"),
        "new": payers.format(rows="new_rows"),
        "old": payers.format(rows="old_rows"),
        "changed": f"{payers.format(rows=before)} UNION {payers.format(rows=after)}",
    }
