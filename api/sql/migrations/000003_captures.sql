-- What public form posts need beside the lead itself; submission ids are for orders too.

-- One row for each submission id, for ever: one id is one lead or order, however late the retry comes.
create table if not exists crm.submissions (
  submission_id uuid primary key,
  fingerprint bytea not null,
  outcome jsonb,
  created_at timestamptz not null default now()
);

create table if not exists crm.rate_buckets (
  bucket text primary key,
  tokens double precision not null,
  at timestamptz not null
);

create table if not exists crm.held_submissions (
  id text primary key collate "C",
  submission_id uuid,
  reasons jsonb not null,
  submission jsonb not null,
  held_at timestamptz not null
);
