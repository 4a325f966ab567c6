-- Entries of the audit are only added, one behind the other, and never changed. Only the oldest are let go of: the
-- beginning of the chain is moved first, and with it the hash that the rest begins with; then what is before it can go.
CREATE TRIGGER audit_is_added_behind BEFORE INSERT ON audit
WHEN NEW.seq <> (SELECT next FROM audit_ends)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only: a new entry comes behind the last');
END;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only: no entry is changed');
END;
CREATE TRIGGER audit_goes_from_its_beginning BEFORE DELETE ON audit
WHEN OLD.seq >= (SELECT first FROM audit_ends)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only: only what is before its beginning is let go of');
END;
CREATE TRIGGER audit_ends_go_forward BEFORE UPDATE ON audit_ends
WHEN NEW.first < OLD.first OR NEW.next < OLD.next OR NEW.next > OLD.next + 1 OR NEW.first > NEW.next
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only: its ends only go forward');
END;
CREATE TRIGGER audit_ends_stay BEFORE DELETE ON audit_ends
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only: its ends stay');
END;
