set local lock_timeout = '15s';

-- Functions may name each other in any order.

set local check_function_bodies = off;

set local client_min_messages = warning;

-- Two migrations at once would race for the same catalogue rows.

select pg_advisory_xact_lock(hashtext('vision-studio-crm'));

-- The one table of records. Creates it, or adopts the one an older install made (`key, value` only) without touching a row.

create table if not exists public.kv_store_3cbf86a5 (
  key text not null primary key,
  value jsonb not null,
  created_at timestamptz default now()
);

-- Two steps: a column added together with a default would stamp today's date on rows of unknown age.
alter table public.kv_store_3cbf86a5 add column if not exists created_at timestamptz;
alter table public.kv_store_3cbf86a5 alter column created_at set default now();

do $$
begin
  if not exists (
    select 1 from information_schema.columns
    where table_schema = 'public' and table_name = 'kv_store_3cbf86a5' and column_name = 'key' and data_type = 'text'
  ) or not exists (
    select 1 from information_schema.columns
    where table_schema = 'public' and table_name = 'kv_store_3cbf86a5' and column_name = 'value' and data_type = 'jsonb'
  ) or not exists (
    select 1 from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = 'public.kv_store_3cbf86a5'::regclass and i.indisunique and i.indnatts = 1
      and i.indpred is null and a.attname = 'key'
  ) then
    raise exception 'public.kv_store_3cbf86a5 exists but is no key-value table: it needs "key" text, unique, and "value" jsonb'
      using hint = 'Rename that table, or set KV_TABLE to another name.';
  end if;
end $$;

alter table public.kv_store_3cbf86a5 enable row level security;

-- Prefix and keyset reads need byte order, which the primary key has only when the database collation is C.
create index if not exists crm_kv_key on public.kv_store_3cbf86a5 (key collate "C");

-- The highest segment number of each index, found in one step however many segments there are.
create index if not exists crm_kv_segments on public.kv_store_3cbf86a5
  (split_part(key, ':', 1), (split_part(key, ':', 3)::integer))
  where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$';

-- Schema crm holds everything that is not a record: it is never exposed through PostgREST.

create schema if not exists crm;

create table if not exists crm.settings (
  name text primary key,
  value jsonb not null
);

-- Addresses of visitors and bodies of submissions are kept only as hashes with this key (crm.keyed_hash).
insert into crm.settings (name, value)
values ('hash_key', to_jsonb(gen_random_uuid()::text || gen_random_uuid()::text))
on conflict (name) do nothing;

do $$
declare
  found_version integer := (select (value ->> 'version')::integer from crm.settings where name = 'schema');
  found_table text := (select value ->> 'table' from crm.settings where name = 'schema');
begin
  if found_table <> 'kv_store_3cbf86a5' and to_regclass('public.' || quote_ident(found_table)) is not null then
    raise exception 'This database works on table %, not on kv_store_3cbf86a5', found_table
      using hint = 'Set KV_TABLE to that name: one database has one table of records.';
  end if;
  if found_version > 2 then
    raise exception 'This database has schema version %, this script only knows version 2', found_version
      using hint = 'Use the newer release that upgraded it.';
  end if;
end $$;

insert into crm.settings (name, value)
values ('schema', jsonb_build_object('version', 2, 'table', 'kv_store_3cbf86a5'))
on conflict (name) do update set value = excluded.value;

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

-- After a dump was restored into another cluster, entries may carry transaction ids from its future. They are all committed:
-- as the oldest of all they keep their order among themselves and hide nothing that follows.
update crm.changes set xid = '3' where xid >= pg_snapshot_xmax(pg_current_snapshot()) and xid <> pg_current_xact_id();

-- What public form posts need beside the lead itself.

-- One row for each submission id, for ever: one id is one lead, however late the retry comes.
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

-- Keys beside our grammar that sort among the records. There are hardly any: asking this index whether there is one spares the
-- statistics a pattern match on each of 100,000 keys. The condition stands word for word in crm.has_stray_keys too.
create index if not exists crm_kv_stray_keys on public.kv_store_3cbf86a5 (key collate "C")
  where key ~ '^(lead:lead|user:user|order:order)_'
    and key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$';

-- The cursor of crm_list_changes at the snapshot of the calling query: what that snapshot does not show comes after it. Below
-- stands only what had ended when the snapshot was taken; what ended while an older transaction still ran is told once more.
create or replace function crm.changes_cursor() returns text
language sql stable
as $$ select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 || '.999999999999999999' $$;

-- payload: {actor}; adds the demo records that are missing. Gives {added: {leads}}; the second of two at once waits for the first
-- and adds nothing.
create or replace function public.crm_add_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  added_leads integer;
begin
  perform crm.act_as(payload ->> 'actor');
  insert into public.kv_store_3cbf86a5 (key, value, created_at)
  select 'lead:' || id, lead || jsonb_build_object(
    'id', id, 'seed', true, 'createdAt', crm.iso(now() - age), 'updatedAt', crm.iso(now() - age)
  ), now() - age
  from crm.seed_leads() order by id
  on conflict (key) do nothing;
  get diagnostics added_leads = row_count;
  if added_leads > 0 then
    perform crm.append_ids('leads', array(select id from crm.seed_leads() order by id desc));
  end if;
  return jsonb_build_object('added', jsonb_build_object('leads', added_leads));
end $$;

-- payload: {lead, submissionId?, address?, limits: {perAddress, perService}, suspicions: [], actor}
-- gives {leadId, receipt} or, when anything is suspicious, {heldId, receipt}; `replayed: true` when this submission id was
-- stored before. Raises CRM22 when the id came with another body, CRM29 when a limit is reached.
create or replace function public.crm_capture_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  submission uuid := (payload ->> 'submissionId')::uuid;
  body_hash bytea := crm.keyed_hash(payload ->> 'submissionId' || (payload -> 'lead')::text);
  earlier crm.submissions;
  result jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  if submission is not null then
    -- Claim and work are one transaction: a second post of the same id waits here until the first has committed.
    insert into crm.submissions (submission_id, fingerprint) values (submission, body_hash) on conflict do nothing;
    if not found then
      select * into earlier from crm.submissions where submission_id = submission;
      if earlier.fingerprint <> body_hash then
        raise exception 'This submission was already stored with other content. Use a new submissionId to send the changed version.' using errcode = 'CRM22';
      end if;
      return earlier.outcome || '{"replayed": true}';
    end if;
  end if;

  -- Only now: a visitor whose lead is stored gets the receipt again, however busy the service is.
  perform crm.limit_rate(
    payload ->> 'address', (payload #>> '{limits,perAddress}')::integer, (payload #>> '{limits,perService}')::integer
  );

  if payload -> 'suspicions' = '[]' then
    result := crm.store_lead(payload -> 'lead');
  else
    result := crm.hold_submission(submission, payload -> 'lead', payload -> 'suspicions');
  end if;
  update crm.submissions set outcome = result where submission_id = submission;
  return result || '{"replayed": false}';
end $$;

-- gives {engine, table, schemaVersion} after reading the table and the settings. Raises CRM03 when row level security hides
-- rows from this role: they would be missing from every answer without an error.
create or replace function public.crm_check_health(payload jsonb) returns jsonb
language plpgsql stable
as $$
begin
  if row_security_active('public.kv_store_3cbf86a5') then
    raise exception 'Row level security hides rows from the role of this API. Its owner must give it the secret key of the project, or a role with bypassrls.' using errcode = 'CRM03';
  end if;
  return jsonb_build_object(
    'engine', 'PostgreSQL ' || current_setting('server_version'),
    'table', 'kv_store_3cbf86a5',
    'schemaVersion', (select value -> 'version' from crm.settings where name = 'schema'),
    'readable', (select count(*) from (select 1 from public.kv_store_3cbf86a5 limit 1) as probe)
  );
end $$;

-- payload: {id}; removes the held submission for good. Gives {deleted}, raises CRM04 when it is not held.
create or replace function public.crm_delete_held(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  delete from crm.held_submissions where id = payload ->> 'id';
  if not found then
    raise exception 'No submission is held under this id. It may have been released or deleted.' using errcode = 'CRM04';
  end if;
  return jsonb_build_object('deleted', payload ->> 'id');
end $$;

-- payload: {id, ifMatch?, actor}; removes the lead, its index entry and what the log said of the person. Its submission id
-- stays claimed, so that a late retry brings nobody back.
-- Gives {deleted}. Raises CRM04, CRM09.
create or replace function public.crm_delete_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.lock_lead(payload ->> 'id', payload ->> 'ifMatch');
  delete from public.kv_store_3cbf86a5 where key = 'lead:' || (payload ->> 'id');
  perform crm.remove_ids('leads', array[payload ->> 'id']);
  return jsonb_build_object('deleted', payload ->> 'id');
end $$;

-- payload: {id}; gives {key, value}, raises CRM04 when there is no such row.
create or replace function public.crm_get_lead(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  found_row jsonb;
begin
  select jsonb_build_object('key', key, 'value', crm.redact(value)) into found_row
  from public.kv_store_3cbf86a5 where key = 'lead:' || (payload ->> 'id');
  if not found then
    raise exception 'No lead has this id. It may have been deleted.' using errcode = 'CRM04';
  end if;
  return found_row;
end $$;

-- payload: {days, timeZone}; gives the figures, asOf and changesCursor of one snapshot. `series` has an entry for each of the
-- latest days in that zone. Raises CRM02.
create or replace function public.crm_get_stats(payload jsonb) returns jsonb
language sql stable
as $$
  select figures - 'leadsByDay' || jsonb_build_object(
    'heldSubmissions', (select count(*) from crm.held_submissions),
    'series', jsonb_build_object(
      'timeZone', payload -> 'timeZone', 'days', payload -> 'days', 'leads', figures -> 'leadsByDay'
    ),
    'asOf', crm.iso(now()),
    'changesCursor', crm.changes_cursor()
  )
  from crm.day_starts((payload ->> 'days')::integer, payload ->> 'timeZone') as starts,
    crm.lead_figures(starts, payload ->> 'timeZone') as figures
$$;

-- One log entry as the API shows it.
create or replace function crm.describe_change(entry crm.changes) returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
    'cursor', entry.xid || '.' || entry.seq,
    'key', entry.key,
    'operation', entry.operation,
    'actor', entry.actor,
    'at', crm.iso(entry.at),
    'fields', coalesce((
      select jsonb_object_agg(name, (
        case when entry.old_fields ? name then jsonb_build_object('from', entry.old_fields -> name) else '{}' end
      ) || (
        case when entry.new_fields ? name then jsonb_build_object('to', entry.new_fields -> name) else '{}' end
      ))
      from (
        select jsonb_object_keys(entry.old_fields) as name union select jsonb_object_keys(entry.new_fields)
      ) as changed
    ), '{}')
  )
$$;

-- payload: {after?, limit}; gives {changes, nextCursor, more}, oldest first. Raises CRM01 for a cursor of another database.
-- A transaction that started earlier may commit later. Pages therefore end below the oldest one still running, in the order of
-- transaction ids: everything below is final, so no cursor ever passes an entry that is still to appear.
create or replace function public.crm_list_changes(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  final_below xid8 := pg_snapshot_xmin(pg_current_snapshot());
  after_xid xid8 := split_part(coalesce(payload ->> 'after', '0.0'), '.', 1)::xid8;
  after_seq bigint := split_part(coalesce(payload ->> 'after', '0.0'), '.', 2)::bigint;
begin
  if after_xid >= final_below then
    raise exception 'This cursor is ahead of the database, which may have been restored. Start again without a cursor.' using errcode = 'CRM01';
  end if;
  return (
    with page as (
      select entry from crm.changes as entry
      where entry.xid < final_below and (entry.xid, entry.seq) > (after_xid, after_seq)
      order by entry.xid, entry.seq
      limit (payload ->> 'limit')::integer + 1
    ), shown as (
      select entry from page order by (entry).xid, (entry).seq limit (payload ->> 'limit')::integer
    )
    select jsonb_build_object(
      'changes', coalesce((select jsonb_agg(crm.describe_change(entry) order by (entry).xid, (entry).seq) from shown), '[]'),
      'nextCursor', coalesce(
        (select (entry).xid || '.' || (entry).seq from shown order by (entry).xid desc, (entry).seq desc limit 1),
        payload ->> 'after', '0.0'
      ),
      'more', (select count(*) from page) > (payload ->> 'limit')::integer
    )
  );
end $$;

-- payload: {limit, cursor?}; gives {held: [{id, heldAt, reasons, submission}], nextCursor, total}, newest first.
create or replace function public.crm_list_held(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select * from crm.held_submissions
    where payload ->> 'cursor' is null or id < payload ->> 'cursor'
    order by id desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by id desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'held', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', id, 'heldAt', crm.iso(held_at), 'reasons', reasons, 'submission', submission
      ) order by id desc) from shown
    ), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer then (select min(id) from shown) end,
    'total', (select count(*) from crm.held_submissions)
  )
$$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the lead nor an entry exists.
create or replace function public.crm_list_lead_history(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  lead_key text := 'lead:' || (payload ->> 'id');
  entries jsonb;
begin
  select jsonb_agg(crm.describe_change(entry) order by (entry).seq) into entries
  from (select entry from crm.changes as entry where entry.key collate "C" = lead_key order by seq desc limit 500) as latest;
  if entries is null and not exists (select 1 from public.kv_store_3cbf86a5 where key = lead_key) then
    raise exception 'No lead has this id. It may have been deleted.' using errcode = 'CRM04';
  end if;
  return jsonb_build_object('changes', coalesce(entries, '[]'));
end $$;

-- Every row under a lead's key that the filters let through, in no order. One plain query, so that the planner merges it with
-- the order and limit of its callers and reads the "C" index newest first.
create or replace function crm.matching_leads(filters jsonb) returns table (key text, value jsonb)
language sql stable
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'lead:lead_' and kv.key collate "C" < 'lead:lead`'
    and kv.key ~ '^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$'
    and (filters ->> 'status' is null or kv.value ->> 'status' = filters ->> 'status')
    and (filters ->> 'source' is null or kv.value ->> 'source' = filters ->> 'source')
    and (filters ->> 'from' is null or kv.value ->> 'createdAt' collate "C" >= filters ->> 'from')
    and (filters ->> 'to' is null or kv.value ->> 'createdAt' collate "C" <= filters ->> 'to')
    and (filters ->> 'q' is null or strpos(lower(concat_ws(
      E'\n', kv.value ->> 'id', kv.value ->> 'name', kv.value ->> 'email', kv.value ->> 'phone',
      kv.value ->> 'message', kv.value ->> 'notes', kv.value ->> 'interests', kv.value ->> 'fields'
    )), lower(filters ->> 'q')) > 0)
$$;

-- payload: {limit, cursor?, status?, source?, q?, from?, to?, total?}
-- gives {rows: [{key, value}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_leads(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select lead.key, lead.value
    from crm.matching_leads(payload) as lead
    where lead.key collate "C" < coalesce('lead:' || (payload ->> 'cursor'), 'lead:lead`')
    order by lead.key collate "C" desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by key collate "C" desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'rows', coalesce((
      select jsonb_agg(jsonb_build_object('key', key, 'value', crm.redact(value)) order by key collate "C" desc) from shown
    ), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer
      then substr((select min(key collate "C") from shown), 6) end,
    'changesCursor', crm.changes_cursor()
  ) || case when payload ->> 'total' = '1'
    then jsonb_build_object('total', (select count(*) from crm.matching_leads(payload))) else '{}' end
$$;

-- payload: {id, actor}; the held submission becomes a lead. Gives {leadId, receipt}, raises CRM04 when it is not held.
create or replace function public.crm_release_held(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  held crm.held_submissions;
  result jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  delete from crm.held_submissions where id = payload ->> 'id' returning * into held;
  if not found then
    raise exception 'No submission is held under this id. It may have been released or deleted.' using errcode = 'CRM04';
  end if;
  result := crm.store_lead(held.submission);
  -- From now on a retry of the visitor's submission answers with the lead it became.
  update crm.submissions set outcome = result where submission_id = held.submission_id;
  return result;
end $$;

-- payload: {actor}; removes the demo records, edited or not, and what the log said of them. Gives {removed: {leads}}.
create or replace function public.crm_remove_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  ids text[] := array(select id from crm.seed_leads() order by id);
  removed_leads integer;
begin
  perform crm.act_as(payload ->> 'actor');
  perform from public.kv_store_3cbf86a5 where key = any (select 'lead:' || id from unnest(ids) as id) order by key for update;
  delete from public.kv_store_3cbf86a5 where key = any (select 'lead:' || id from unnest(ids) as id);
  get diagnostics removed_leads = row_count;
  if removed_leads > 0 then
    perform crm.remove_ids('leads', ids);
  end if;
  return jsonb_build_object('removed', jsonb_build_object('leads', removed_leads));
end $$;

-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay.
-- Gives {key, value}. Raises CRM04, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  lead_key text := 'lead:' || (payload ->> 'id');
  old_value jsonb := crm.lock_lead(payload ->> 'id', payload ->> 'ifMatch');
  new_value jsonb;
  problem text;
begin
  if jsonb_typeof(old_value) <> 'object' then
    raise exception 'The stored row is no JSON object, so it cannot be changed here. Mend it in SQL or delete it.' using errcode = 'CRM09';
  end if;
  perform crm.act_as(payload ->> 'actor');
  new_value := crm.merge_patch(old_value, payload -> 'patch');
  problem := crm.lead_problem(payload ->> 'id', new_value);
  if problem is not null then
    raise exception 'The stored row would still be no lead (%), so nothing was changed. Mend it in SQL or delete it.', problem using errcode = 'CRM09';
  end if;
  if new_value <> old_value then
    new_value := new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'));
    update public.kv_store_3cbf86a5 set value = new_value where key = lead_key;
  end if;
  return jsonb_build_object('key', lead_key, 'value', crm.redact(new_value));
end $$;

-- The days of a chart. Moments are compared by the digits of the text we write (crm.iso): reading 100,000 of them as dates costs
-- too much, and one that is no date would end the whole query.

-- The first moments of the latest `days` days in a time zone, oldest first, and that of tomorrow. Raises CRM02 for a zone that
-- this Postgres does not know.
create or replace function crm.day_starts(days integer, time_zone text) returns timestamptz[]
language plpgsql stable
as $$
begin
  return (
    select array_agg((today + make_interval(days => i - days)) at time zone time_zone order by i)
    from date_trunc('day', now() at time zone time_zone) as today, generate_series(1, days + 1) as i
  );
exception
  when invalid_parameter_value then
    raise exception 'This database knows no such time zone. Use an IANA name like Asia/Kuala_Lumpur.' using errcode = 'CRM02';
end $$;

-- The minute of a moment in UTC as a number, 202611221530, or null for what crm.iso could not have written.
create or replace function crm.minute_number(moment text) returns bigint
language sql immutable
return case
  when translate(moment, '123456789', '000000000') = '0000-00-00T00:00:00.000Z' and substr(moment, 12, 2) < '24'
    and substr(moment, 15, 1) < '6' and substr(moment, 18, 1) < '6'
  then translate(left(moment, 16), '-T:', '')::bigint
end;

-- [{day, count}] for each day, oldest first. What is no moment, or of another day, is in none.
create or replace function crm.count_by_day(moments text[], day_starts timestamptz[], time_zone text) returns jsonb
language sql stable
as $$
  with start as (
    select array_agg(crm.minute_number(crm.iso(day_start)) order by day_start) as minutes from unnest(day_starts) as day_start
  ), counted as (
    select day, count(*)
    from (
      select minute, width_bucket(minute, minutes) as day, minutes
      from start, (select crm.minute_number(moment) as minute from unnest(moments) as moment offset 0) as read
    ) as found
    -- A day of any zone lies on the UTC dates of its two ends: a date that is neither does not exist, such as 30 February.
    where minute / 10000 in (minutes[day] / 10000, minutes[day + 1] / 10000)
    group by day
  )
  select jsonb_agg(jsonb_build_object(
    'day', to_char(day_starts[day] at time zone time_zone, 'YYYY-MM-DD'), 'count', coalesce(count, 0)
  ) order by day)
  from generate_series(1, cardinality(day_starts) - 1) as day left join counted using (day)
$$;

-- What row level security asks when somebody reads the table past the API, through PostgREST with his own session.

-- True for an admin or a viewer, by the role in the session's app_metadata, which its owner cannot write. Everybody else is
-- refused: no rows would look like an empty table.
create or replace function crm.require_reader() returns boolean
language plpgsql stable
as $$
begin
  if nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'role' in ('admin', 'viewer') then
    return true;
  end if;
  raise exception 'permission denied for table kv_store_3cbf86a5'
    using errcode = 'insufficient_privilege', hint = 'Only an account with app_metadata.role admin or viewer may read it.';
end $$;

-- Postgres asks a policy only when it meets a row: strangers would find an empty table empty instead of closed. Called immutable,
-- which it is not, it is also asked while each query is planned. A plan that is kept skips this one, so it alone guards nothing.
create or replace function crm.require_reader_early() returns boolean
language sql immutable
return crm.require_reader();

-- Rows of ours, and of those only the ones without a secret: a policy can hide a row but cannot cut a password hash out of it.
create or replace function crm.shown_directly(key text, value jsonb) returns boolean
language sql stable security definer set search_path = ''
as $$
  select key ~ '^((lead|user|order):(lead|user|order)_[0-9]{1,15}_[a-z0-9]{1,12}(:orders)?|user:email:.+|(leads|users|orders):index(:[1-9][0-9]*)?)$'
    and value = crm.redact(value)
$$;

-- Whether a key that is none of ours sorts among the records. Ordered, so that the planner asks the index of just those keys.
create or replace function crm.has_stray_keys() returns boolean
language sql stable
as $$
  select exists (
    select from (
      select key from public.kv_store_3cbf86a5
      where key ~ '^(lead:lead|user:user|order:order)_'
        and key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$'
      order by key collate "C" limit 1
    ) as stray
  )
$$;

-- Keeps a suspicious submission aside until a person has looked at it. Gives {heldId, receipt}.
create or replace function crm.hold_submission(submission_id uuid, submission jsonb, reasons jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  held_at timestamptz := date_trunc('milliseconds', clock_timestamp());
  id text := crm.new_id('held', crm.milliseconds(held_at));
begin
  insert into crm.held_submissions (id, submission_id, reasons, submission, held_at)
  values (id, hold_submission.submission_id, hold_submission.reasons, hold_submission.submission, held_at);
  return jsonb_build_object('heldId', id, 'receipt', crm.receipt(id, submission, held_at));
end $$;

-- The id indexes: `<entity>:index` holds the newest 101 to 200 ids, older ones stand in `<entity>:index:<n>`, 100 each, the
-- highest n newest. A write touches the head alone, so it costs the same however many records there are.

-- Locks the head until the end of the transaction and gives its ids; a head that is no array counts as empty.
create or replace function crm.lock_index(entity text) returns jsonb
language plpgsql volatile
as $$
declare
  head jsonb;
begin
  select value into head from public.kv_store_3cbf86a5 where key = entity || ':index' for update;
  if not found then
    insert into public.kv_store_3cbf86a5 (key, value) values (entity || ':index', '[]') on conflict (key) do nothing;
    select value into head from public.kv_store_3cbf86a5 where key = entity || ':index' for update;
  end if;
  return case jsonb_typeof(head) when 'array' then head else '[]' end;
end $$;

-- The milliseconds for the next id: now, but always later than the newest id, so that ids sort as they were captured even
-- when two fall into one millisecond or the clock was set back. Ids further ahead than a day are no clock of ours.
create or replace function crm.next_milliseconds(head jsonb) returns bigint
language sql volatile
as $$
  select case when newest between present and present + 86400000 then newest + 1 else present end
  from (
    select crm.milliseconds(clock_timestamp()) as present,
      substring(head ->> 0 from '^[a-z]+_([0-9]{13})_')::bigint as newest
  ) as clock
$$;

-- Puts one id in front. `head` is what crm.lock_index gave.
create or replace function crm.prepend_id(entity text, head jsonb, id text) returns void
language plpgsql volatile
as $$
declare
  ids jsonb := jsonb_build_array(id) || head;
  total integer := jsonb_array_length(ids);
  kept integer := 101 + (total - 1) % 100;
  newest_segment integer;
begin
  if total > 200 then
    select coalesce(max(split_part(key, ':', 3)::integer), 0) into newest_segment
    from public.kv_store_3cbf86a5
    where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$' and split_part(key, ':', 1) = entity;

    insert into public.kv_store_3cbf86a5 (key, value)
    select entity || ':index:' || (newest_segment + 1 + (total - position) / 100), jsonb_agg(value order by position)
    from jsonb_array_elements(ids) with ordinality as item (value, position)
    where position > kept
    group by (total - position) / 100;

    select jsonb_agg(value order by position) into ids
    from jsonb_array_elements(ids) with ordinality as item (value, position)
    where position <= kept;
  end if;
  update public.kv_store_3cbf86a5 set value = ids where key = entity || ':index';
end $$;

-- The segment that holds the oldest ids, or null when the head holds them all.
create or replace function crm.oldest_segment(entity text) returns text
language sql volatile
as $$
  select key from public.kv_store_3cbf86a5
  where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$' and split_part(key, ':', 1) = entity
  order by split_part(key, ':', 3)::integer limit 1
$$;

-- Puts ids, newest first, behind all others, where ids that sort before those belong; ones of them that stand there move along.
create or replace function crm.append_ids(entity text, ids text[]) returns void
language plpgsql volatile
as $$
declare
  place text;
begin
  loop
    place := crm.oldest_segment(entity);
    if place is null then
      perform crm.lock_index(entity);
      place := coalesce(crm.oldest_segment(entity), entity || ':index');
    end if;
    update public.kv_store_3cbf86a5
    set value = (case jsonb_typeof(value) when 'array' then value else '[]' end - ids) || to_jsonb(ids)
    where key = place;
    -- Else the segment was emptied and removed meanwhile.
    exit when found;
  end loop;
end $$;

-- Takes ids out of every segment that names one; gives how many entries that were. Captures only add segments, so they need not wait.
create or replace function crm.remove_ids_from_segments(entity text, ids text[]) returns integer
language plpgsql volatile
as $$
declare
  segment record;
  removed integer := 0;
begin
  for segment in
    select key, jsonb_array_length(value) - jsonb_array_length(value - ids) as entries from public.kv_store_3cbf86a5
    where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$' and split_part(key, ':', 1) = entity
      and jsonb_typeof(value) = 'array' and value ?| ids
    order by split_part(key, ':', 3)::integer
  loop
    update public.kv_store_3cbf86a5 set value = value - ids where key = segment.key;
    delete from public.kv_store_3cbf86a5 where key = segment.key and value = '[]';
    removed := removed + segment.entries;
  end loop;
  return removed;
end $$;

-- Takes ids out of the index. The segments are read before the head is locked: there may be many, and captures wait for it.
create or replace function crm.remove_ids(entity text, ids text[]) returns void
language plpgsql volatile
as $$
declare
  removed integer := crm.remove_ids_from_segments(entity, ids);
  head jsonb := crm.lock_index(entity);
begin
  if head ?| ids then
    update public.kv_store_3cbf86a5 set value = head - ids where key = entity || ':index';
  end if;
  if removed + jsonb_array_length(head) - jsonb_array_length(head - ids) < cardinality(ids) then
    -- Some may have moved from the head into a segment meanwhile.
    perform crm.remove_ids_from_segments(entity, ids);
  end if;
end $$;

-- The words that the public functions are written in. Nothing here is callable from outside.

-- A moment as JavaScript's toISOString() writes it.
create or replace function crm.iso(moment timestamptz) returns text
language sql immutable
return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Milliseconds since 1970.
create or replace function crm.milliseconds(moment timestamptz) returns bigint
language sql immutable
return floor(extract(epoch from moment) * 1000)::bigint;

-- The updatedAt of a write: now, but always after the one before, even within one millisecond, since If-Match compares them.
create or replace function crm.next_version(before text) returns text
language plpgsql volatile
as $$
begin
  return greatest(
    crm.iso(clock_timestamp()) collate "C",
    crm.iso(substring(before from '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$')::timestamptz + interval '1 millisecond') collate "C"
  );
exception
  -- Written by hand, and no date at all: 30 February, hour 25.
  when data_exception then
    return crm.iso(clock_timestamp());
end $$;

-- `<kind>_<ms>_<9 of a-z0-9>`; bytes 6 and 8 of a UUID are not all random (RFC 9562), so they are left out.
create or replace function crm.new_id(kind text, ms bigint) returns text
language sql volatile
as $$
  select kind || '_' || ms || '_' || string_agg(substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + get_byte(bytes, i) % 36, 1), '')
  from (select uuid_send(gen_random_uuid()) as bytes) as random, unnest(array[0, 1, 2, 3, 4, 5, 9, 10, 11]) as i
$$;

-- Hex SHA-256 over the stored text; the length in front keeps `a` + `bc` and `ab` + `c` apart.
create or replace function crm.digest(key text, value jsonb) returns text
language sql immutable
return encode(sha256(convert_to(octet_length(key) || ':' || key || value::text, 'UTF8')), 'hex');

create or replace function crm.receipt(key text, value jsonb, stored_at timestamptz) returns jsonb
language sql volatile
as $$
  select jsonb_build_object(
    'key', receipt.key,
    'digest', crm.digest(receipt.key, receipt.value),
    'storedAt', crm.iso(stored_at),
    'transactionId', pg_current_xact_id()::text
  )
$$;

-- Rows of older installs carry password hashes and reset codes: those stay in the row and never leave the database.
-- What a visitor typed into a field of the site owner's own (`fields`) is no secret of ours, whatever its name.
create or replace function crm.redact(value jsonb) returns jsonb
language sql immutable
as $$
  select case
    when value::text ~* '"[^"]*(passw|salt|secret|token|otp|code)[^"]*" *:' then crm.redact_below(value, 20)
    else value
  end
$$;

-- Further in than `levels` nothing is shown: no row of ours is that deep, and the recursion would exhaust the stack.
create or replace function crm.redact_below(value jsonb, levels integer) returns jsonb
language plpgsql immutable
as $$
begin
  if jsonb_typeof(value) in ('object', 'array') and levels = 0 then
    return null;
  end if;
  if jsonb_typeof(value) = 'object' then
    return coalesce((
      select jsonb_object_agg(member.key, case when member.key = 'fields' then member.value else crm.redact_below(member.value, levels - 1) end)
      from jsonb_each(value) as member
      where member.key !~* 'passw(or)?d|^salt$|^(client_?|api_?)?secret$|^otp$|^((access|refresh|reset|session|auth|verification)_?)?token(_?hash)?$|^(reset|verification)_?code$'
    ), '{}');
  end if;
  if jsonb_typeof(value) = 'array' then
    return coalesce((
      select jsonb_agg(crm.redact_below(item.value, levels - 1) order by item.position)
      from jsonb_array_elements(value) with ordinality as item (value, position)
    ), '[]');
  end if;
  return value;
end $$;

-- SHA-256 with this database's secret: equal texts stay recognisable, and nobody can try out addresses or emails against it.
create or replace function crm.keyed_hash(content text) returns bytea
language sql stable
as $$
  select sha256(convert_to((select value #>> '{}' from crm.settings where name = 'hash_key') || content, 'UTF8'))
$$;

-- Says who writes, for the change log, until the end of this transaction.
create or replace function crm.act_as(actor text) returns void
language sql volatile
as $$ select set_config('crm.actor', coalesce(actor, ''), true) $$;

-- What crm_get_stats says of leads, in one pass over their rows.
create or replace function crm.lead_figures(day_starts timestamptz[], time_zone text) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'totalLeads', total,
    'newLeads', new,
    'qualifiedLeads', qualified,
    'convertedLeads', converted,
    'conversionRate', coalesce(round(100.0 * converted / nullif(total, 0), 1), 0),
    'leadsByStatus', jsonb_build_object(
      'new', new, 'contacted', contacted, 'qualified', qualified, 'converted', converted, 'lost', lost,
      'other', total - new - contacted - qualified - converted - lost
    ),
    'leadsBySource', jsonb_build_object(
      'website-form', website_form, 'chatbot', chatbot, 'consultation', consultation, 'questionnaire', questionnaire,
      'newsletter', newsletter, 'other', total - website_form - chatbot - consultation - questionnaire - newsletter
    ),
    'leadsByDay', crm.count_by_day(moments, day_starts, time_zone)
  )
  from (
    select
      count(*) as total,
      count(*) filter (where status = 'new') as new,
      count(*) filter (where status = 'contacted') as contacted,
      count(*) filter (where status = 'qualified') as qualified,
      count(*) filter (where status = 'converted') as converted,
      count(*) filter (where status = 'lost') as lost,
      count(*) filter (where source = 'website-form') as website_form,
      count(*) filter (where source = 'chatbot') as chatbot,
      count(*) filter (where source = 'consultation') as consultation,
      count(*) filter (where source = 'questionnaire') as questionnaire,
      count(*) filter (where source = 'newsletter') as newsletter,
      array_agg(created) filter (where created collate "C" >= crm.iso(day_starts[1])) as moments
    from (
      select value ->> 'status' as status, value ->> 'source' as source, value ->> 'createdAt' as created
      from public.kv_store_3cbf86a5
      where key collate "C" >= 'lead:lead_' and key collate "C" < 'lead:lead`'
        and (not (select crm.has_stray_keys()) or key ~ '^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$')
      -- Keeps the planner from reading the three fields anew for every count.
      offset 0
    ) as lead
  ) as counted
$$;

-- What keeps a value from being the lead of this id, or null. The rules of `lead` in shared/lead.ts; a test keeps the two equal.
create or replace function crm.lead_problem(id text, value jsonb) returns text
language sql immutable
as $$
  select case
    when value ->> 'id' is distinct from lead_problem.id then 'id: not ' || lead_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    else (
      select name || ': no ' || kind
      from (
        select unnest(array[
          'name', 'phone', 'source', 'status', 'budget', 'roomType', 'message', 'notes', 'createdAt', 'updatedAt',
          'convertedToUserId', 'assignedTo', 'page', 'referrer', 'locale'
        ]) as name, 'text' as kind, 'strict $ ? (@.type() == "string")'::jsonpath as shape
        union all select 'seed', 'true or false', 'strict $ ? (@.type() == "boolean")'
        union all select 'interests', 'list of texts', 'strict $ ? (@.type() == "array") ? (!exists(@[*] ? (@.type() != "string")))'
        union all select 'utm', 'object of texts', 'strict $ ? (@.type() == "object") ? (!exists(@.* ? (@.type() != "string")))'
        union all select 'fields', 'object of texts', 'strict $ ? (@.type() == "object") ? (!exists(@.* ? (@.type() != "string")))'
        union all select 'consent', 'consent', 'strict $ ? (@.given.type() == "boolean" && @.text.type() == "string")'
      ) as rule
      where jsonb_typeof(value -> name) <> 'null' and not jsonb_path_exists(value -> name, shape)
      limit 1
    )
  end
$$;

-- Locks one lead and gives its value. Raises CRM04 when it is gone, CRM09 when it changed since `if_match` (its updatedAt).
create or replace function crm.lock_lead(id text, if_match text) returns jsonb
language plpgsql volatile
as $$
declare
  found_value jsonb;
begin
  select value into found_value from public.kv_store_3cbf86a5 where key = 'lead:' || id for update;
  if not found then
    raise exception 'No lead has this id. It may have been deleted.' using errcode = 'CRM04';
  end if;
  if if_match is not null and found_value ->> 'updatedAt' is distinct from if_match then
    raise exception 'Someone else changed this lead after you read it. Read it again, then repeat your change.' using errcode = 'CRM09';
  end if;
  return found_value;
end $$;

-- Trigger of the KV table: one log entry a record written, also for edits made outside the product (their actor is null).
-- Definer, because every role that may write the table must be logged and none may write the log itself.
create or replace function crm.log_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  who text := nullif(current_setting('crm.actor', true), '');
begin
  -- The id indexes are derived and rewritten at every capture: logging them would double the log and say nothing.
  if tg_op <> 'TRUNCATE' and coalesce(new.key, old.key) ~ '^(leads|users|orders):index(:|$)' then
    return null;
  end if;

  if tg_op = 'TRUNCATE' then
    update crm.changes set old_fields = null, new_fields = null where old_fields is not null or new_fields is not null;
    insert into crm.changes (key, operation, actor) values ('*', 'truncate', who);
    return null;
  end if;

  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and old.key is distinct from new.key) then
    -- Erasure (GDPR article 17): what the log said of this person goes with the record, the fact of the writes stays.
    update crm.changes set old_fields = null, new_fields = null
    where key collate "C" = old.key and (old_fields is not null or new_fields is not null);
    insert into crm.changes (key, operation, actor) values (old.key, 'delete', who);
  end if;

  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and old.key is distinct from new.key) then
    insert into crm.changes (key, operation, actor) values (new.key, 'insert', who);
  elsif tg_op = 'UPDATE' and old.value is distinct from new.value then
    insert into crm.changes (key, operation, actor, old_fields, new_fields)
    values (
      new.key, 'update', who,
      crm.redact(crm.fields_missing_from(new.value, old.value)),
      crm.redact(crm.fields_missing_from(old.value, new.value))
    );
  end if;
  return null;
end $$;

-- The fields of `candidate` that `base` lacks or has with another value; a value that is no object counts as field `value`.
create or replace function crm.fields_missing_from(base jsonb, candidate jsonb) returns jsonb
language sql immutable
as $$
  select coalesce(jsonb_object_agg(field.key, field.value), '{}')
  from jsonb_each(case jsonb_typeof(candidate) when 'object' then candidate else jsonb_build_object('value', candidate) end) as field
  where (case jsonb_typeof(base) when 'object' then base else jsonb_build_object('value', base) end) -> field.key is distinct from field.value
$$;

create or replace trigger crm_log_write after insert or update or delete on public.kv_store_3cbf86a5
  for each row execute function crm.log_change();
create or replace trigger crm_log_truncate after truncate on public.kv_store_3cbf86a5
  for each statement execute function crm.log_change();

-- JSON Merge Patch (RFC 7396, section 2): objects merge name by name, null removes a name, everything else replaces.
create or replace function crm.merge_patch(target jsonb, patch jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  base jsonb := case jsonb_typeof(target) when 'object' then target else '{}' end;
begin
  if jsonb_typeof(patch) <> 'object' then
    return patch;
  end if;
  return coalesce((
    select jsonb_object_agg(member.key, member.value)
    from (
      select kept.key, kept.value from jsonb_each(base) as kept where not patch ? kept.key
      union all
      select given.key, crm.merge_patch(base -> given.key, given.value) from jsonb_each(patch) as given
      where given.value <> 'null'
    ) as member
  ), '{}');
end $$;

-- Token buckets: a full one holds a minute's worth and fills evenly. Counted here, since edge workers share no memory.

-- Takes one token; gives 0, or the seconds to wait for the next.
create or replace function crm.take_token(name text, per_minute integer) returns integer
language plpgsql volatile
as $$
declare
  present timestamptz := clock_timestamp();
  left_over double precision;
begin
  if per_minute = 0 then
    return 0;
  end if;
  insert into crm.rate_buckets as bucket (bucket, tokens, at) values (name, per_minute - 1, present)
  on conflict (bucket) do update set
    tokens = least(per_minute, bucket.tokens + greatest(0, extract(epoch from present - bucket.at)) * per_minute / 60) - 1,
    at = greatest(bucket.at, present)
  returning tokens into left_over;
  return case when left_over >= 0 then 0 else ceil(-left_over * 60 / per_minute) end;
end $$;

-- Takes one token from the visitor's bucket and one from everybody's, independently, or raises CRM29.
create or replace function crm.limit_rate(address text, per_address integer, per_service integer) returns void
language plpgsql volatile
as $$
declare
  wait integer;
begin
  wait := greatest(
    crm.take_token(
      'address:' || encode(crm.keyed_hash(coalesce(address, '')), 'hex'),
      per_address
    ),
    crm.take_token('service', per_service)
  );
  if wait > 0 then
    raise exception 'Too many submissions from here just now. Try again in % seconds.', wait using errcode = 'CRM29', detail = jsonb_build_object('retryAfter', wait)::text;
  end if;
  -- Last, and passing over what is locked: nobody who holds a bucket may wait for another one out of order.
  if random() < 0.01 then
    delete from crm.rate_buckets where bucket in (
      select bucket from crm.rate_buckets where at < now() - interval '10 minutes' for update skip locked
    );
  end if;
end $$;

-- The demo leads: every source and every status once or twice. Their ids sort before all others, so that whatever is real
-- stays in front of them; `age` is how long before the moment of seeding they came in.
create or replace function crm.seed_leads() returns table (id text, age interval, lead jsonb)
language sql immutable
as $$
  select 'lead_000000000000' || number || '_seedlead' || number, age, lead
  from (values
    (1, interval '20 days 3 hours', '{
      "email": "mei.ling.tan@example.com", "name": "Tan Mei Ling", "phone": "+60 12-555 0143", "source": "newsletter", "status": "lost",
      "interests": ["bedroom", "lighting"], "budget": "RM 10,000 – 25,000", "roomType": "bedroom", "locale": "en-MY",
      "message": "Saw the bedroom makeover in your March newsletter. Could something like it fit a 12-foot room?",
      "notes": "Went with her cousin, who is a contractor. Open to hearing from us next year."
    }'::jsonb),
    (2, interval '16 days 7 hours', '{
      "email": "farid.rahman@example.com", "name": "Farid Abdul Rahman", "phone": "+60 19-555 0178", "source": "consultation", "status": "converted",
      "interests": ["kitchen", "dining"], "budget": "RM 80,000 – 120,000", "roomType": "kitchen", "locale": "ms-MY",
      "message": "Dapur basah dan kering untuk rumah teres dua tingkat di Shah Alam, siap sebelum Hari Raya.",
      "notes": "Signed on the second visit. Solid-surface worktop, soft-close throughout."
    }'),
    (3, interval '11 days 5 hours', '{
      "email": "priya.nair@example.com", "name": "Priya Nair", "phone": "+60 16-555 0112", "source": "questionnaire", "status": "qualified",
      "interests": ["living room", "home office"], "budget": "RM 40,000 – 60,000", "roomType": "living room", "locale": "en-MY",
      "message": "Condo in Mont Kiara, 1,150 sq ft. We both work from home and need two quiet desks without losing the living room.",
      "notes": "Site measured. Wants oak and rattan; sending the layout on Friday."
    }'),
    (4, interval '6 days 2 hours', '{
      "email": "jason.wong@example.com", "name": "Jason Wong Kah Wai", "phone": "+60 17-555 0196", "source": "chatbot", "status": "contacted",
      "interests": ["office"], "budget": "RM 150,000 – 200,000", "roomType": "office", "locale": "en-MY",
      "message": "Fit-out for a 25-person office in Bangsar South. Do you handle the fire and landlord approvals?",
      "notes": "Called back, sending two reference projects. Lease starts on the 1st."
    }'),
    (5, interval '2 days 4 hours', '{
      "email": "aisyah.zulkifli@example.com", "name": "Nur Aisyah Zulkifli", "phone": "+60 13-555 0127", "source": "website-form", "status": "new",
      "interests": ["nursery"], "budget": "RM 15,000 – 20,000", "roomType": "nursery", "locale": "ms-MY", "page": "https://studio.example.com/nursery",
      "message": "Bilik bayi yang boleh jadi bilik kanak-kanak nanti. Warna lembut, simpanan banyak. Due in February!"
    }'),
    (6, interval '3 hours', '{
      "email": "david.lim@example.com", "name": "David Lim", "phone": "+60 11-5550 0164", "source": "website-form", "status": "new",
      "interests": ["bathroom", "kitchen"], "budget": "RM 60,000 – 80,000", "roomType": "bathroom", "locale": "en-MY", "page": "https://studio.example.com/contact",
      "message": "Pre-war shophouse in George Town, two bathrooms and a pantry. The heritage council has to agree. Can you work with them?"
    }')
  ) as seed (number, age, lead)
$$;

-- Writes one new lead and its place in the index; the caller's transaction commits both or neither.
-- Gives {leadId, receipt}.
create or replace function crm.store_lead(submission jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  head jsonb := crm.lock_index('leads');
  ms bigint := crm.next_milliseconds(head);
  stored_at timestamptz := date_trunc('milliseconds', clock_timestamp());
  id text := crm.new_id('lead', ms);
  lead jsonb := submission || jsonb_build_object(
    'id', id, 'status', 'new', 'createdAt', crm.iso(stored_at), 'updatedAt', crm.iso(stored_at)
  );
begin
  insert into public.kv_store_3cbf86a5 (key, value, created_at) values ('lead:' || id, lead, stored_at);
  perform crm.prepend_id('leads', head, id);
  return jsonb_build_object('leadId', id, 'receipt', crm.receipt('lead:' || id, lead, stored_at));
end $$;

-- Everything is taken from everybody first, then given by name. New Supabase projects grant nothing, old ones too much.

revoke all on public.kv_store_3cbf86a5 from public;
revoke all on schema crm from public;
revoke all on all tables in schema crm from public;
revoke all on all functions in schema crm from public;

do $$
declare
  api_function regprocedure;
  role_name text;
begin
  for api_function in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'crm_')
  loop
    execute format('revoke all on function %s from public', api_function);
    for role_name in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated') loop
      execute format('revoke all on function %s from %I', api_function, role_name);
    end loop;
    if exists (select 1 from pg_catalog.pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %s to service_role', api_function);
    end if;
  end loop;

  for role_name in select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on public.kv_store_3cbf86a5 from %I', role_name);
    execute format('revoke all on schema crm from %I', role_name);
    execute format('revoke all on all tables in schema crm from %I', role_name);
    execute format('revoke all on all functions in schema crm from %I', role_name);
  end loop;

  if exists (select 1 from pg_catalog.pg_roles where rolname = 'service_role') then
    grant usage on schema public, crm to service_role;
    grant select, insert, update, delete on public.kv_store_3cbf86a5 to service_role;
    grant select on crm.settings, crm.changes to service_role;
    grant select, insert, update on crm.submissions to service_role;
    grant select, insert, update, delete on crm.rate_buckets, crm.held_submissions to service_role;
    grant execute on all functions in schema crm to service_role;
  end if;
end $$;

-- A signed-in admin or viewer reads the table itself through PostgREST, to compare it with what the API says; nobody writes so.
-- The rule is restrictive: it holds whatever other policies an older install has. It refuses strangers instead of hiding rows.
drop policy if exists crm_readers on public.kv_store_3cbf86a5;
drop policy if exists crm_readers_only on public.kv_store_3cbf86a5;

do $$
begin
  if exists (select 1 from pg_catalog.pg_roles where rolname = 'authenticated') then
    create policy crm_readers on public.kv_store_3cbf86a5 for select to authenticated using (true);
    create policy crm_readers_only on public.kv_store_3cbf86a5 as restrictive for all to authenticated
      using (crm.require_reader_early() and (select crm.require_reader()) and crm.shown_directly(key, value)) with check (false);
    grant select on public.kv_store_3cbf86a5 to authenticated;
    -- Row level security calls them as the reader. Without usage of schema crm he cannot call them himself.
    grant execute on function crm.require_reader(), crm.require_reader_early(), crm.shown_directly(text, jsonb) to authenticated;
  end if;
end $$;

notify pgrst, 'reload schema';
