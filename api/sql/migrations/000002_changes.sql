-- One entry for each write on a record, whoever made it. `old_fields` and `new_fields` hold only what an update changed.

create table if not exists crm.changes (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  key text not null,
  operation text not null check (operation in ('insert', 'update', 'delete', 'truncate')),
  actor text,
  at timestamptz not null default clock_timestamp(),
  old_fields jsonb,
  new_fields jsonb
);

create index if not exists changes_by_transaction on crm.changes (xid, seq);
create index if not exists changes_by_key on crm.changes (key collate "C", seq);
