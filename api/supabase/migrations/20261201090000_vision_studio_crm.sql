set local lock_timeout = '15s';

-- Functions may name each other in any order.
set local check_function_bodies = off;
set local client_min_messages = warning;

-- Two runs at once would race for the same catalogue rows.
select pg_advisory_xact_lock(hashtext('vision-studio-crm'));

-- Schema crm holds everything that is not a record: it is never exposed through PostgREST.
create schema if not exists crm;

-- The migrations that ran here. `checksum` is the SHA-256 of the file.
create table if not exists crm.migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  ran_at timestamptz not null default clock_timestamp()
);

do $$
declare
  found_table text;
begin
  if to_regclass('crm.settings') is not null then
    select value ->> 'table' into found_table from crm.settings where name = 'schema';
  end if;
  if found_table <> 'kv_store_3cbf86a5' and to_regclass('public.' || quote_ident(found_table)) is not null then
    raise exception 'This database works on table %, not on kv_store_3cbf86a5', found_table
      using hint = 'Set KV_TABLE to that name: one database has one table of records.';
  end if;
end $$;

do $$
declare
  unknown text := (
    select string_agg(to_char(number, 'FM000000') || '_' || name, ', ' order by number) from crm.migrations
    where (number, checksum) not in (values (1, 'ba619d6136d2824e52659b990a07d1df41f92f54ea2a43ae26f71f41d154cc72'), (2, 'eec1b1c38aceca40424a984abde59cdb8d5ca5cb39fb72f08a630417d207c5d5'), (3, '60b160926fc4e27967f027dcf22abecebac1e15954578871c85ab108ca468d61'), (4, 'bbb0308e7e2beb347ca16c05203a5861102e92988024df3820f021aaef6d969e'), (5, '8495e1cb69964f897112af26ce2c443d08aa1a93936929df8df29214ba819420'), (6, 'f0846ad0be00226ff9f7dd49cd970db5f1a1085154c81361470a874560f9ca47'), (7, '23b8a7ee83cf1f5ebb7704b0535f6d8f9809a2afbddcf5421c650f1667489707'))
  );
begin
  if unknown is not null then
    raise exception 'This database has migrations that this release does not have: %', unknown
      using hint = 'Start the release that ran them, or a newer one. To go back to this release, restore a backup from before the upgrade.';
  end if;
end $$;

-- The one table of records. It is no migration, since every run looks at it: an older install made it (`key, value` only), and its
-- owner may rename it, restore it or make it anew. Makes what is missing and touches no row.

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

-- An index keeps its name when its table is renamed, and then a new table could have none of that name. So an index is called after
-- the table, and one that was left with that name on another table after that table's number. `crm_kv_…` are of the first release.
do $$
declare
  wanted record;
  found_index record;
begin
  for wanted in
    select left('kv_store_3cbf86a5', 52) || suffix as name, index.*
    from (values
      -- Prefix and keyset reads need byte order, which the primary key has only when the database collation is C.
      ('_by_key', 'crm_kv_key', '(key collate "C")'),
      -- The highest segment number of each index of ids, found in one step however many segments there are.
      ('_segments', 'crm_kv_segments', $index$(split_part(key, ':', 1), (split_part(key, ':', 3)::integer))
        where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$'$index$),
      -- Keys beside our grammar that sort among the records. There are hardly any: asking this index whether there is one spares the
      -- statistics a pattern match on each of 100,000 keys. The condition stands word for word in crm.has_stray_keys too.
      ('_stray_keys', 'crm_kv_stray_keys', $index$(key collate "C") where key ~ '^(lead:lead|user:user|order:order)_'
        and key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$'$index$)
    ) as index (suffix, first_name, definition)
  loop
    for found_index in
      select c.oid::regclass as id, c.relname as name,
        case t.relname when 'kv_store_3cbf86a5' then wanted.name else 'kv_store_' || t.oid || wanted.suffix end as right_name
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid
      where c.relnamespace = 'public'::regnamespace
        and (c.relname in (wanted.name, wanted.first_name) or t.relname = 'kv_store_3cbf86a5' and c.relname ~ ('^kv_store_.*' || wanted.suffix || '$'))
      -- Whoever has the name gives it up first.
      order by t.relname = 'kv_store_3cbf86a5'
    loop
      -- A second index of the same kind may have the name already. It costs space, and is its owner's to drop.
      if found_index.name <> found_index.right_name and to_regclass(format('public.%I', found_index.right_name)) is null then
        execute format('alter index %s rename to %I', found_index.id, found_index.right_name);
      end if;
    end loop;
    execute format('create index if not exists %I on public.kv_store_3cbf86a5 %s', wanted.name, wanted.definition);
  end loop;
end $$;

do $run$
begin
  if not exists (select from crm.migrations where number = 1) then
    execute $migration$
-- The first release kept no record of what it ran. This file and the four after it make what it made, and change nothing that is there.

create table if not exists crm.settings (
  name text primary key,
  value jsonb not null
);

-- Addresses of visitors and bodies of submissions are kept only as hashes with this key (crm.keyed_hash).
insert into crm.settings (name, value)
values ('hash_key', to_jsonb(gen_random_uuid()::text || gen_random_uuid()::text))
on conflict (name) do nothing;
$migration$;
    insert into crm.migrations (number, name, checksum) values (1, 'settings', 'ba619d6136d2824e52659b990a07d1df41f92f54ea2a43ae26f71f41d154cc72');
  end if;
end $run$;

do $run$
begin
  if not exists (select from crm.migrations where number = 2) then
    execute $migration$
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
$migration$;
    insert into crm.migrations (number, name, checksum) values (2, 'changes', 'eec1b1c38aceca40424a984abde59cdb8d5ca5cb39fb72f08a630417d207c5d5');
  end if;
end $run$;

do $run$
begin
  if not exists (select from crm.migrations where number = 3) then
    execute $migration$
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
$migration$;
    insert into crm.migrations (number, name, checksum) values (3, 'captures', '60b160926fc4e27967f027dcf22abecebac1e15954578871c85ab108ca468d61');
  end if;
end $run$;

do $run$
begin
  if not exists (select from crm.migrations where number = 4) then
    execute $migration$
-- The last order number given in each year, so that a number is never given again, whatever happened to its order.
create table if not exists crm.order_numbers (
  year integer primary key,
  last integer not null
);

-- Behind `last` no order of an older install has a number up to this one. Years begun before had nothing behind.
alter table crm.order_numbers add column if not exists free_up_to integer not null default 999999;
$migration$;
    insert into crm.migrations (number, name, checksum) values (4, 'order_numbers', 'bbb0308e7e2beb347ca16c05203a5861102e92988024df3820f021aaef6d969e');
  end if;
end $run$;

do $run$
begin
  if not exists (select from crm.migrations where number = 5) then
    execute $migration$
-- The receipt that was given for a row, found by its key. An order has none.
create index if not exists submissions_by_receipt on crm.submissions ((outcome #>> '{receipt,key}'))
  where outcome #>> '{receipt,key}' is not null;
$migration$;
    insert into crm.migrations (number, name, checksum) values (5, 'receipts', '8495e1cb69964f897112af26ce2c443d08aa1a93936929df8df29214ba819420');
  end if;
end $run$;

do $run$
begin
  if not exists (select from crm.migrations where number = 6) then
    execute $migration$
-- Functions of the first release that have other names now.

drop function if exists crm.list_seed_order(text, text);
drop function if exists crm.list_user_order(text, text);
drop function if exists crm.lock_seed(text, text[]);
drop function if exists crm.rows_of_kind(text);
drop function if exists crm.sum_of_kind(text);
drop function if exists crm.tell_repairs(bigint, jsonb[]);
drop function if exists crm.unlist_user_order(text, text);
$migration$;
    insert into crm.migrations (number, name, checksum) values (6, 'function_names', 'f0846ad0be00226ff9f7dd49cd970db5f1a1085154c81361470a874560f9ca47');
  end if;
end $run$;

do $run$
begin
  if not exists (select from crm.migrations where number = 7) then
    execute $migration$
-- Functions whose arguments changed: a local day is no longer taken for the time between two moments.

drop function if exists crm.day_starts(integer, text);
drop function if exists crm.by_day(text[], bigint[], timestamptz[], text);
drop function if exists crm.lead_figures(timestamptz[], text);
drop function if exists crm.order_figures(timestamptz[], text);
$migration$;
    insert into crm.migrations (number, name, checksum) values (7, 'days_of_charts', '23b8a7ee83cf1f5ebb7704b0535f6d8f9809a2afbddcf5421c650f1667489707');
  end if;
end $run$;

-- payload: {actor}; adds the demo records that are missing. Gives {added: {leads, users, orders}}; the second of two at once waits
-- for the first and adds nothing. Raises CRM09 when somebody else has the email of a demo user.
create or replace function public.crm_add_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  added jsonb;
  lead_ids text[];
begin
  -- Whoever adds or removes them at the same time would lock these records in another order.
  perform pg_advisory_xact_lock(hashtext('crm seed'));
  perform crm.act_as(payload ->> 'actor');
  added := jsonb_build_object('leads', crm.add_seed_leads());
  lead_ids := crm.lock_records('lead', array(select id from crm.seed_leads()));
  -- Orders lock before users: whoever is just deleting one goes first.
  perform crm.lock_records('order', array(select id from crm.seed_orders()));
  added := added || jsonb_build_object('users', crm.add_seed_users()) || jsonb_build_object('orders', crm.add_seed_orders());
  perform crm.append_ids('leads', lead_ids) where added -> 'leads' <> '0';
  perform crm.append_ids('orders', array(select id from crm.seed_orders() order by id desc)) where added -> 'orders' <> '0';
  perform crm.append_ids('users', array(select id from crm.seed_users() order by id desc)) where added -> 'users' <> '0';
  return jsonb_build_object('added', added);
end $$;

-- Writes the demo leads that are missing. Gives how many; the index is left to the caller.
create or replace function crm.add_seed_leads() returns bigint
language plpgsql volatile
as $$
declare
  seed record;
  added bigint := 0;
begin
  for seed in
    select * from crm.seed_leads() as missing
    where not exists (select from public.kv_store_3cbf86a5 where key = 'lead:' || missing.id) order by missing.id
  loop
    -- Nobody else adds them meanwhile: the demo is locked.
    perform crm.insert_record('lead:' || seed.id, seed.lead || jsonb_build_object(
      'id', seed.id, 'seed', true, 'createdAt', crm.iso(now() - seed.age), 'updatedAt', crm.iso(now() - seed.age)
    ), now() - seed.age);
    added := added + 1;
  end loop;
  return added;
end $$;

-- Writes the demo users that are missing and the lookups of their emails, and locks them all. Gives how many were missing.
create or replace function crm.add_seed_users() returns integer
language plpgsql volatile
as $$
declare
  seed record;
  added text[] := '{}';
begin
  for seed in select * from crm.seed_users() order by id loop
    perform from public.kv_store_3cbf86a5 where key = 'user:' || seed.id for update;
    -- Nobody else adds them meanwhile: the demo is locked.
    if not found then
      perform crm.insert_record('user:' || seed.id, seed.details || jsonb_build_object(
        'id', seed.id, 'seed', true, 'signupDate', crm.iso(now() - seed.age), 'updatedAt', crm.iso(now() - seed.age),
        'lastLogin', crm.iso(now() - seed.age / 4), 'totalOrders', 0, 'totalSpent', 0, 'loyaltyPoints', 0
      ), now() - seed.age);
      added := added || seed.id;
    end if;
  end loop;
  for seed in select * from crm.seed_users() where id = any (added) order by id loop
    if not crm.claim_email(seed.details ->> 'email', seed.id) then
      raise exception 'A user of yours has the email of the demo user %. Change it, or do without the demo.', seed.id using errcode = 'CRM09';
    end if;
  end loop;
  return cardinality(added);
end $$;

-- Writes the demo orders that are missing, with lists and totals of their users, who are locked. Gives how many; the index is left
-- to the caller.
create or replace function crm.add_seed_orders() returns integer
language plpgsql volatile
as $$
declare
  seed record;
  stored_at timestamptz;
  value jsonb;
  added integer := 0;
begin
  for seed in
    select * from crm.seed_orders() as missing
    where not exists (select from public.kv_store_3cbf86a5 where key = 'order:' || missing.id) order by missing.id
  loop
    stored_at := now() - (seed.steps #>> '{0,ago}')::interval;
    value := seed.details || crm.order_sums(seed.details, '{}') || jsonb_build_object(
      'id', seed.id, 'userId', seed.user_id, 'seed', true, 'orderNumber', crm.next_order_number(),
      'status', seed.steps #> '{-1,status}', 'completed', seed.steps #>> '{-1,status}' = 'delivered',
      'timeline', (
        select jsonb_agg(step - 'ago' || jsonb_build_object('at', crm.iso(now() - (step ->> 'ago')::interval)) order by position)
        from jsonb_array_elements(seed.steps) with ordinality as entry (step, position)
      ),
      'createdAt', crm.iso(stored_at), 'updatedAt', crm.iso(now() - (seed.steps #>> '{-1,ago}')::interval)
    );
    value := crm.insert_record('order:' || seed.id, value, stored_at);
    perform crm.append_to_orders_list(seed.user_id, seed.id);
    perform crm.credit_user(seed.user_id, null, value);
    added := added + 1;
  end loop;
  return added;
end $$;

-- payload: {id, nonce}; stores a row that is no record under `canary:<id>`, so that somebody else may read it back, and removes those
-- that interrupted runs have left. Gives {key, text, digest, transactionId, leftovers}.
create or replace function public.crm_write_canary(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  leftovers integer;
  canary public.kv_store_3cbf86a5;
begin
  delete from public.kv_store_3cbf86a5
  where key collate "C" >= 'canary:' and key collate "C" < 'canary;' and key ~ '^canary:[0-9a-f-]{36}$'
    and created_at < now() - interval '5 minutes';
  get diagnostics leftovers = row_count;
  insert into public.kv_store_3cbf86a5 (key, value)
  values ('canary:' || (payload ->> 'id')::uuid, jsonb_build_object('nonce', payload -> 'nonce', 'at', crm.iso(clock_timestamp())))
  returning * into canary;
  if not found then
    perform crm.refuse_write();
  end if;
  return jsonb_build_object(
    'key', canary.key,
    'text', canary.value::text,
    'digest', crm.digest(canary.key, canary.value),
    'transactionId', pg_current_xact_id()::text,
    'leftovers', leftovers
  );
end $$;

-- payload: {id}; gives {text, digest} of a row that crm_write_canary stored, both null when it is not there.
create or replace function public.crm_get_canary(payload jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object('text', min(value::text), 'digest', min(crm.digest(key, value)))
  from public.kv_store_3cbf86a5 where key = 'canary:' || (payload ->> 'id')::uuid
$$;

-- payload: {id}; removes a row that crm_write_canary stored. Gives {removed}, which is false when it was not there.
create or replace function public.crm_remove_canary(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  delete from public.kv_store_3cbf86a5 where key = 'canary:' || (payload ->> 'id')::uuid;
  return jsonb_build_object('removed', found);
end $$;

-- payload: {lead, submissionId?, address?, limits: {perAddress, perService}, suspicions: [], actor}
-- gives {leadId, receipt} or, when anything is suspicious, {heldId, receipt}; `replayed: true` when this submission id was
-- stored before. Raises CRM22 when the id came with another body, CRM29 when a limit is reached.
create or replace function public.crm_capture_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  submission uuid := (payload ->> 'submissionId')::uuid;
  earlier jsonb;
  result jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  earlier := crm.claim_submission(submission, (payload -> 'lead')::text);
  if earlier is not null then
    return earlier || '{"replayed": true}';
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

-- The cursor of crm_list_changes at the snapshot of the calling query: what that snapshot does not show comes after it. Below
-- stands only what had ended when the snapshot was taken; what ended while an older transaction still ran is told once more.
create or replace function crm.changes_cursor() returns text
language sql stable
as $$ select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 || '.999999999999999999' $$;

-- gives {engine, table, schemaVersion} after reading the table and the settings. Raises CRM03 when row level security hides
-- rows from this role: they would be missing from every answer without an error.
create or replace function public.crm_check_health(payload jsonb) returns jsonb
language plpgsql stable
as $$
begin
  perform crm.require_all_rows();
  return jsonb_build_object(
    'engine', 'PostgreSQL ' || current_setting('server_version'),
    'table', 'kv_store_3cbf86a5',
    'schemaVersion', (select value -> 'version' from crm.settings where name = 'schema'),
    'readable', (select count(*) from (select 1 from public.kv_store_3cbf86a5 limit 1) as probe)
  );
end $$;

-- Claims a submission id, so that one id is one record. Gives null when it is new or null, else what came of it before.
-- `content` is what was sent, with the kind of record in front where that is no lead. Raises CRM22 when it was other content.
create or replace function crm.claim_submission(id uuid, content text) returns jsonb
language plpgsql volatile
as $$
declare
  body_hash bytea := crm.keyed_hash(id || content);
  earlier crm.submissions;
begin
  if id is null then
    return null;
  end if;
  -- Claim and work are one transaction: a second post of the same id waits here until the first has committed.
  insert into crm.submissions (submission_id, fingerprint) values (id, body_hash) on conflict do nothing;
  if found then
    return null;
  end if;
  select * into earlier from crm.submissions where submission_id = id;
  if earlier.fingerprint <> body_hash then
    raise exception 'This submission was already stored with other content. Use a new submissionId to send the changed version.' using errcode = 'CRM22';
  end if;
  return earlier.outcome;
end $$;

-- payload: {id, ifMatch?, actor}; the lead becomes the user who has its email, or a new one. Gives {lead, user, created}, both as
-- {key, value}; once more gives the same user. Raises CRM04, CRM09.
create or replace function public.crm_convert_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
  old_value jsonb := crm.lock_record('lead', id, payload ->> 'ifMatch');
  -- Refuses a row that is no lead before anything is made of it.
  new_value jsonb := crm.patch_record('lead', id, old_value, '{"status": "converted"}');
  user_key text := (select key from public.kv_store_3cbf86a5 where key = 'user:' || (old_value ->> 'convertedToUserId'));
  stored jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  loop
    user_key := coalesce(user_key, crm.user_with_email(old_value ->> 'email'));
    -- Locked, so that nobody deletes them meanwhile.
    perform from public.kv_store_3cbf86a5 where key = user_key for update;
    exit when found;
    stored := crm.store_user(crm.user_of_lead(old_value));
    user_key := stored ->> 'key';
    exit when user_key is not null;
  end loop;
  -- Nor is anything stored for a row that is no user.
  if stored is null then
    perform crm.patch_record('user', substr(user_key, 6), (select value from public.kv_store_3cbf86a5 where key = user_key), '{}');
  end if;
  new_value := new_value || jsonb_build_object('convertedToUserId', substr(user_key, 6));
  if new_value <> old_value then
    new_value := crm.update_record(
      'lead:' || id, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
  end if;
  return jsonb_build_object(
    'lead', jsonb_build_object('key', 'lead:' || id, 'value', crm.redact(new_value)),
    'user', crm.get_record('user', substr(user_key, 6)),
    'created', stored is not null
  );
end $$;

-- What a new user takes over from a lead; one without a name is called by the email.
create or replace function crm.user_of_lead(lead jsonb) returns jsonb
language sql immutable
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'email', lead -> 'email', 'name', coalesce(nullif(lead ->> 'name', ''), lead ->> 'email'), 'phone', lead -> 'phone',
    'accountStatus', 'active'
  ))
$$;

-- payload: {order, submissionId?, actor}; sums that are left out are computed. Gives {key, value, nextStatuses, replayed}: the order
-- as it is now when this submission id was stored before. Raises CRM04 when there is no such user or the order of the submission was
-- deleted, CRM05 when the sums do not add up, CRM09 when the row is no user, CRM22 when the id came with another order or a lead.
create or replace function public.crm_create_order(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  details jsonb := payload -> 'order';
  submission uuid := (payload ->> 'submissionId')::uuid;
  user_id text := details ->> 'userId';
  sums jsonb := crm.order_sums(details, details);
  earlier jsonb;
  number text;
  head jsonb;
  id text;
  stored_at timestamptz;
  value jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  earlier := crm.claim_submission(submission, 'order' || details::text);
  if earlier is not null then
    return public.crm_get_order(jsonb_build_object('id', earlier -> 'orderId')) || '{"replayed": true}';
  end if;
  perform crm.patch_record('user', user_id, crm.lock_record('user', user_id, null), '{}');
  number := crm.next_order_number();
  head := crm.lock_index('orders');
  id := crm.new_id('order', crm.next_milliseconds(head));
  stored_at := date_trunc('milliseconds', clock_timestamp());
  value := jsonb_build_object('paymentStatus', case details ->> 'status' when 'processing' then 'paid' else 'pending' end)
    || details || sums || jsonb_build_object(
      'id', id, 'orderNumber', number, 'completed', false,
      'timeline', jsonb_build_array(crm.timeline_entry(details ->> 'status', null, payload ->> 'actor')),
      'createdAt', crm.iso(stored_at), 'updatedAt', crm.iso(stored_at)
    );
  value := crm.insert_record('order:' || id, value, stored_at);
  perform crm.add_to_orders_list(user_id, id);
  perform crm.credit_user(user_id, null, value);
  perform crm.prepend_id('orders', head, id);
  update crm.submissions set outcome = jsonb_build_object('orderId', id) where submission_id = submission;
  return crm.show_order('order:' || id, value) || '{"replayed": false}';
end $$;

-- payload: {user, actor}; gives {key, value}. Raises CRM09 when somebody has the email already, in whatever case.
create or replace function public.crm_create_user(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  stored jsonb;
begin
  perform crm.act_as(payload ->> 'actor');
  stored := crm.store_user(payload -> 'user');
  if stored is null then
    raise exception 'A user has this email already. Look them up by it, or use another one.' using errcode = 'CRM09', detail = '{"reason": "email_taken"}';
  end if;
  return stored || jsonb_build_object('value', crm.redact(stored -> 'value'));
end $$;

-- Changes the totals of a user by what one order was and is; null is no order. One loyalty point for each full 10 of an order.
-- Locks the user, if there is one. updatedAt stays: whoever is editing the account must not lose the edit to an order. Raises CRM03.
create or replace function crm.credit_user(user_id text, was jsonb, becomes jsonb) returns void
language plpgsql volatile
as $$
begin
  update public.kv_store_3cbf86a5 as kv
  set value = kv.value || jsonb_build_object(
    'totalOrders', greatest(0, crm.cents(kv.value -> 'totalOrders') / 100 + (credit_user.becomes is not null)::integer - (credit_user.was is not null)::integer),
    'totalSpent', crm.amount(greatest(0, crm.cents(kv.value -> 'totalSpent') + worth.becomes - worth.was)),
    'loyaltyPoints', greatest(0, crm.cents(kv.value -> 'loyaltyPoints') / 100 + worth.becomes / 1000 - worth.was / 1000)
  )
  from (select coalesce(crm.order_worth(credit_user.was), 0) as was, coalesce(crm.order_worth(credit_user.becomes), 0) as becomes) as worth
  where kv.key = 'user:' || user_id and jsonb_typeof(kv.value) = 'object';
  if not found and exists (select from public.kv_store_3cbf86a5 as kv where kv.key = 'user:' || user_id and jsonb_typeof(kv.value) = 'object') then
    perform crm.refuse_write();
  end if;
end $$;

-- The days of a chart. Moments are compared by the digits of the text we write (crm.iso): reading 100,000 of them as dates costs
-- too much, and one that is not a date would end the whole query.

-- The date now in a time zone. Raises CRM02 for a zone that this Postgres does not know.
create or replace function crm.today(time_zone text) returns date
language plpgsql stable
as $$
begin
  return (now() at time zone time_zone)::date;
exception
  when invalid_parameter_value then
    raise exception 'This database does not know this time zone. Use an IANA name like Asia/Kuala_Lumpur.' using errcode = 'CRM02';
end $$;

-- The first moment of a day. Where the clock goes back over midnight, midnight comes twice, and Postgres alone takes the second one.
create or replace function crm.day_start(day date, time_zone text) returns timestamptz
language sql stable
as $$
  select min(moment)
  from (select day::timestamp at time zone time_zone as midnight) as found,
    generate_series(midnight - interval '3 hours', midnight, interval '15 minutes') as moment
  where (moment at time zone time_zone)::date >= day
$$;

-- The minute of a moment in UTC as a number, 202611221530, or null for what crm.iso could not have written.
create or replace function crm.minute_number(moment text) returns bigint
language sql immutable parallel safe
return case
  when translate(moment, '123456789', '000000000') = '0000-00-00T00:00:00.000Z' and substr(moment, 12, 2) < '24'
    and substr(moment, 15, 1) < '6' and substr(moment, 18, 1) < '6'
  then translate(left(moment, 16), '-T:', '')::bigint
end;

-- For each day, oldest first, how many of the moments are in it and what their cents add up to. What is no moment, or of another
-- day, is in none. Only a time zone knows which day a moment is in, so it is asked; but once for each quarter of an hour, since no
-- clock anywhere changes within one.
create or replace function crm.by_day(moments text[], cents bigint[], first_day date, last_day date, time_zone text)
returns table (day text, count bigint, cents numeric)
language sql stable parallel safe
as $$
  with counted as (
    select minute - minute % 100 % 15 as quarter, count(*) as count, sum(read.cents) as cents
    from (
      select crm.minute_number(moment) as minute, entry.cents from unnest(moments, by_day.cents) as entry (moment, cents) offset 0
    ) as read
    group by quarter
  ), local as (
    select (
      (date + make_interval(hours => (quarter % 10000 / 100)::integer, mins => (quarter % 100)::integer)) at time zone 'UTC' at time zone time_zone
    )::date as day, counted.count, counted.cents
    from counted
    -- A date that does not exist, such as 30 February, is none of these.
    join (select first_day + i as date from generate_series(-1, last_day - first_day + 1) as i) as utc
      on to_char(date, 'YYYYMMDD')::bigint = quarter / 10000
  )
  select to_char(first_day + i, 'YYYY-MM-DD'), coalesce(sum(local.count), 0)::bigint, coalesce(sum(local.cents), 0)
  from generate_series(0, last_day - first_day) as i left join local on local.day = first_day + i
  group by i
  order by i
$$;

-- payload: {id, ifMatch?, actor}; removes the lead, its index entry and what the log said of the person. Its submission id
-- stays claimed, so that a late retry brings nobody back.
-- Gives {deleted}. Raises CRM04, CRM09.
create or replace function public.crm_delete_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.lock_record('lead', payload ->> 'id', payload ->> 'ifMatch');
  perform crm.delete_record('lead:' || (payload ->> 'id'));
  perform crm.remove_ids('leads', array[payload ->> 'id']);
  return jsonb_build_object('deleted', payload ->> 'id');
end $$;

-- payload: {id, ifMatch?, actor}; removes the order, its place in both lists, what the log said of it, and takes back what it added
-- to the totals of its user. Gives {deleted}. Raises CRM04, CRM09.
create or replace function public.crm_delete_order(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.remove_order(id, crm.lock_record('order', id, payload ->> 'ifMatch'));
  perform crm.remove_ids('orders', array[id]);
  return jsonb_build_object('deleted', id);
end $$;

-- payload: {id, ifMatch?, actor}; removes the user, the lookup, the index entry, what the log said of the person, and the mention
-- in the leads they came from. Gives {deleted}. Raises CRM04, and CRM09 also while the user has orders.
create or replace function public.crm_delete_user(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
begin
  perform crm.act_as(payload ->> 'actor');
  perform crm.unlink_leads(id);
  perform crm.remove_user(id, crm.lock_record('user', id, payload ->> 'ifMatch'));
  perform crm.remove_ids('users', array[id]);
  return jsonb_build_object('deleted', id);
end $$;

-- What has to be written so that the derived rows say what the records do: one row for each that is wrong, `old_value` null where there is
-- none yet, `new_value` null where none should be. Of users only the totals change. Empty when crm_get_sync finds nothing repairable.
create or replace function crm.derived_changes() returns table (key text, code text, old_value jsonb, new_value jsonb)
language sql stable parallel safe
as $$
  select * from crm.index_changes('leads')
  union all select * from crm.index_changes('users')
  union all select * from crm.index_changes('orders')
  union all select * from crm.lookup_changes()
  union all
  select wrong.list_key, wrong.code, stored.value, expected.list
  from (select list_key, max(code) as code from crm.orders_list_faults() group by list_key) as wrong
  left join crm.order_lists() as stored on stored.key = wrong.list_key
  left join crm.expected_order_lists() as expected on expected.key = wrong.list_key
  union all
  select found.key, 'totals.mismatch', found.value, found.value || found.totals
  from crm.expected_totals() as found where crm.stored_totals(found.value) <> found.totals
$$;

-- The whole index anew, when anything is wrong with it.
create or replace function crm.index_changes(entity text) returns table (key text, code text, old_value jsonb, new_value jsonb)
language sql stable parallel safe
as $$
  select coalesce(stored.key, expected.key), wrong.code, stored.value, expected.ids
  from (select max(code) as code from crm.index_faults(entity)) as wrong,
    crm.index_rows(entity) as stored full join crm.expected_index(entity) as expected on expected.key = stored.key
  where wrong.code is not null and stored.value is distinct from expected.ids
$$;

create or replace function crm.lookup_changes() returns table (key text, code text, old_value jsonb, new_value jsonb)
language sql stable parallel safe
as $$
  select coalesce(stored.key, expected.key),
    case when stored.key is null then 'lookup.missing' when owner.key is null then 'lookup.dangling' else 'lookup.mismatch' end,
    stored.value, to_jsonb(expected.owner)
  from crm.expected_lookups() as expected
  full join (select key, value, 'user:' || (value #>> '{}') as owner_key from crm.email_lookups()) as stored on stored.key = expected.key
  left join (select key from crm.entity_rows('users')) as owner on owner.key = stored.owner_key
  where stored.value is distinct from to_jsonb(expected.owner)
$$;

-- The index as crm.prepend_id lays it out: in the head the newest 101 to 200 ids, or all there are, the others a hundred a segment.
create or replace function crm.expected_index(entity text) returns table (key text, ids jsonb)
language sql stable parallel safe
as $$
  select entity || ':index' || case when place > total - kept then '' else ':' || (place - 1) / 100 + 1 end, jsonb_agg(id order by place desc)
  from (
    select substr(found.key, length(entity) + 1) as id, row_number() over (order by found.key collate "C") as place, count(*) over () as total
    from crm.entity_rows(entity) as found
  ) as numbered, lateral (select case when total > 200 then 101 + (total - 1) % 100 else total end as kept) as head
  group by 1
  union all
  select entity || ':index', '[]' where not exists (select from crm.entity_rows(entity))
$$;

create or replace function crm.expected_order_lists() returns table (key text, list jsonb)
language sql stable parallel safe
as $$
  select owner.key || ':orders', jsonb_agg(substr(orders.key, 7) order by orders.key collate "C" desc)
  from crm.orders_of_users() as orders join (select key from crm.entity_rows('users')) as owner on owner.key = 'user:' || orders.user_id
  group by owner.key
$$;

-- Where derived rows differ from the records, one row a fault: its code, the kind it counts under and the key it is found at.

create or replace function crm.index_faults(entity text) returns table (code text, key text)
language sql stable parallel safe
as $$
  with entries as (
    select rtrim(entity, 's') || ':' || listed.id as key, count(*) as times
    from crm.index_rows(entity) as index_row, crm.listed_ids(index_row.value) as listed
    group by 1
  )
  select fault.code, coalesce(found.key, entries.key)
  from (select key from crm.entity_rows(entity)) as found full join entries on entries.key = found.key,
    lateral (
      select 'index.missing' as code where entries.key is null
      union all select 'index.dangling' where found.key is null
      union all select 'index.duplicate' where entries.times > 1
    ) as fault
  where entries.key is null or found.key is null or entries.times > 1
  union all
  select 'index.dangling', key from crm.index_rows(entity) where jsonb_typeof(value) <> 'array'
$$;

create or replace function crm.lookup_faults() returns table (code text, key text)
language sql stable parallel safe
as $$
  select code, case code when 'lookup.missing' then 'user:' || (new_value #>> '{}') else key end from crm.lookup_changes()
$$;

-- `list_key` is the list that is wrong, also where the fault is found at an order.
create or replace function crm.orders_list_faults() returns table (code text, key text, list_key text)
language sql stable parallel safe
as $$
  with owners as (
    select key || ':orders' as list_key, substr(key, 6) as user_id from crm.entity_rows('users')
  ), listed as (
    select list.key as list_key, entry.id, count(*) as times
    from crm.order_lists() as list, crm.listed_ids(list.value) as entry
    group by 1, 2
  ), expected as (
    select owners.list_key, substr(orders.key, 7) as id from crm.orders_of_users() as orders join owners using (user_id)
  )
  select 'orders_list.missing', 'order:' || id, list_key from expected left join listed using (list_key, id) where listed.times is null
  union all
  select 'orders_list.dangling', list_key, list_key from listed left join (select list_key, id, true as right_one from expected) as expected using (list_key, id)
  where right_one is null or times > 1
  union all
  select 'orders_list.dangling', list.key, list.key from crm.order_lists() as list left join owners on owners.list_key = list.key
  where owners.list_key is null or jsonb_typeof(list.value) <> 'array'
$$;

create or replace function crm.totals_faults() returns table (code text, key text)
language sql stable parallel safe
as $$
  select 'totals.mismatch', key from crm.expected_totals() where crm.stored_totals(value) <> totals
$$;

-- The rows that are derived from records, as sets: what crm_get_sync compares and crm_repair_sync rebuilds. All of them read any JSON.

-- The rows of the index of one kind (leads, users, orders): head and segments.
create or replace function crm.index_rows(entity text) returns table (key text, value jsonb)
language sql stable parallel safe
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= entity || ':index' and kv.key collate "C" < entity || ':index;'
    and kv.key ~ '^(leads|users|orders):index(:[1-9][0-9]{0,8})?$'
$$;

-- The rows `user:<id>:orders`.
create or replace function crm.order_lists() returns table (key text, value jsonb)
language sql stable parallel safe
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'user:user_' and kv.key collate "C" < 'user:user`' and right(kv.key, 7) = ':orders'
    and (not (select crm.has_stray_keys()) or kv.key ~ '^user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders$')
$$;

-- The rows `user:email:<email>`.
create or replace function crm.email_lookups() returns table (key text, value jsonb)
language sql stable parallel safe
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'user:email:' and kv.key collate "C" < 'user:email;'
$$;

-- The entries of a list of ids as text, whatever they are, but without secrets; none where it is no list. An id has no quotes.
create or replace function crm.listed_ids(list jsonb) returns table (id text, place bigint)
language sql immutable parallel safe
as $$
  select coalesce(case strpos(entry #>> '{}', '"') when 0 then entry #>> '{}' else crm.redact(entry) #>> '{}' end, 'null'), place
  from jsonb_array_elements(case jsonb_typeof(list) when 'array' then list else '[]' end) with ordinality as item (entry, place)
$$;

-- Whose each order is, and what it is worth in cents; those that name no user are left out.
create or replace function crm.orders_of_users() returns table (key text, user_id text, worth bigint)
language sql stable parallel safe
as $$
  select found.key, found.value ->> 'userId', crm.order_worth(found.value)
  from crm.entity_rows('orders') as found
  where jsonb_typeof(found.value -> 'userId') = 'string' and found.value ->> 'userId' <> ''
$$;

-- Whose each lookup of an email should be: of two users of an old install with one email, whoever has it now, else the older one.
-- An email too long for a key has none.
create or replace function crm.expected_lookups() returns table (key text, owner text)
language sql stable parallel safe
as $$
  select distinct on (claim.key) claim.key, claim.owner
  from (
    select crm.email_key(found.value ->> 'email') as key, substr(found.key, 6) as owner
    from crm.entity_rows('users') as found
    where jsonb_typeof(found.value -> 'email') = 'string' and octet_length(found.value ->> 'email') between 1 and 1000
  ) as claim
  left join crm.email_lookups() as stored on stored.key = claim.key and stored.value = to_jsonb(claim.owner)
  order by claim.key, stored.key is null, claim.owner collate "C"
$$;

-- The totals of each user as the orders add up, as crm.credit_user writes them. A row that is no object has none.
create or replace function crm.expected_totals() returns table (key text, value jsonb, totals jsonb)
language sql stable parallel safe
as $$
  select found.key, found.value, jsonb_build_object(
    'totalOrders', coalesce(orders.count, 0),
    'totalSpent', trim_scale(greatest(0, coalesce(orders.cents, 0)) / 100.0),
    'loyaltyPoints', greatest(0, coalesce(orders.points, 0))
  )
  from crm.entity_rows('users') as found
  left join (
    select user_id, count(*) as count, sum(worth) as cents, sum(worth / 1000) as points from crm.orders_of_users() group by user_id
  ) as orders on 'user:' || orders.user_id = found.key
  where jsonb_typeof(found.value) = 'object'
$$;

-- The totals that a user's row says; an absent one is zero.
create or replace function crm.stored_totals(value jsonb) returns jsonb
language sql immutable parallel safe
return jsonb_build_object(
  'totalOrders', coalesce(nullif(value -> 'totalOrders', 'null'), '0'),
  'totalSpent', coalesce(nullif(value -> 'totalSpent', 'null'), '0'),
  'loyaltyPoints', coalesce(nullif(value -> 'loyaltyPoints', 'null'), '0')
);

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

-- The 32 bytes that crm.digest shows as hex. Stable like convert_to, or queries could not inline it.
create or replace function crm.row_digest(key text, value_text text) returns bytea
language sql stable parallel safe
as $$ select sha256(convert_to(octet_length(key)::text || ':' || key || value_text, 'UTF8')) $$;

-- The digest of a set of rows, which does not depend on their order: shared/digest.ts says how it is added up and why.

-- 32 bits of a digest, big-endian. Above 2^31 it is negative, which is the same number modulo 2^32.
create or replace function crm.digest_lane(digest bytea, lane integer) returns integer
language sql immutable parallel safe
as $$
  select (get_byte(digest, 4 * lane) << 24) | (get_byte(digest, 4 * lane + 1) << 16) | (get_byte(digest, 4 * lane + 2) << 8)
    | get_byte(digest, 4 * lane + 3)
$$;

-- The sum of digests (crm.row_digest, gathered by array_agg) as 64 hex digits; zeros for no rows, whose array is null. Nulls in it
-- count for nothing.
create or replace function crm.digest_sum(digests bytea[]) returns text
language sql immutable parallel safe
as $$
  select string_agg(lpad(to_hex(coalesce(lane, 0) & 4294967295), 8, '0'), '' order by position)
  from (
    select sum(crm.digest_lane(d, 0)) as a, sum(crm.digest_lane(d, 1)) as b, sum(crm.digest_lane(d, 2)) as c, sum(crm.digest_lane(d, 3)) as d,
      sum(crm.digest_lane(d, 4)) as e, sum(crm.digest_lane(d, 5)) as f, sum(crm.digest_lane(d, 6)) as g, sum(crm.digest_lane(d, 7)) as h
    from unnest(digests) as d
  ) as sums, unnest(array[a, b, c, sums.d, e, f, g, h]) with ordinality as entry (lane, position)
$$;

-- {count, digest, withheld} of all rows of one kind (leads, users, orders); what is withheld is not in the count. In plpgsql, as
-- Postgres lets workers help with an expression there, and with none in an SQL function that gives one value.
create or replace function crm.entity_sum(entity text) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('count', summed, 'digest', crm.digest_sum(digests), 'withheld', total - summed)
    from (
      -- One aggregate, as the planner would compute a digest anew for each that names it.
      select count(*) as total, array_agg(case when not crm.is_withheld(value) then crm.row_digest(key, value::text) end) as digests
      from crm.entity_rows(entity)
    ) as found, lateral (select coalesce(cardinality(array_remove(digests, null)), 0) as summed) as counted
  );
end $$;

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
-- Its body is no string: the reader, who may not look into schema crm, could not call what a string names.
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

-- Which addresses are the same: those with one form. It does not depend on the locale of the database. The 26 letters of ASCII count in
-- either case, every other letter as it is written. A domain in another script and its ASCII form (xn--…) are one. A soft hyphen, which
-- nobody sees, does not count.

-- Unicode in ASCII, by the algorithm and the names of RFC 3492, section 6.3.
create or replace function crm.punycode(label text) returns text
language plpgsql immutable parallel safe
as $$
declare
  points integer[] := array(
    select ascii(letter) from regexp_split_to_table(label, '') with ordinality as part (letter, place) order by place
  );
  point integer;
  basic integer := (select count(*) from unnest(points) as letter where letter < 128);
  handled integer := basic;
  output text := (select string_agg(chr(letter), '' order by place) || '-' from unnest(points) with ordinality as part (letter, place) where letter < 128);
  n integer := 128;
  delta bigint := 0;
  bias bigint := 72;
  next integer;
  q bigint;
  k bigint;
  t bigint;
begin
  output := coalesce(output, '');
  while handled < cardinality(points) loop
    next := (select min(letter) from unnest(points) as letter where letter >= n);
    delta := delta + (next - n) * (handled + 1)::bigint;
    n := next;
    foreach point in array points loop
      if point < n then
        delta := delta + 1;
      elsif point = n then
        q := delta;
        k := 36;
        loop
          t := least(26, greatest(1, k - bias));
          exit when q < t;
          output := output || substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + (t + (q - t) % (36 - t))::integer, 1);
          q := (q - t) / (36 - t);
          k := k + 36;
        end loop;
        output := output || substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + q::integer, 1);
        delta := delta / case when handled = basic then 700 else 2 end;
        handled := handled + 1;
        delta := delta + delta / handled;
        k := 0;
        while delta > 455 loop
          delta := delta / 35;
          k := k + 36;
        end loop;
        bias := k + 36 * delta / (delta + 38);
        delta := 0;
      end if;
    end loop;
    delta := delta + 1;
    n := n + 1;
  end loop;
  return output;
end $$;

-- A domain as DNS has it (RFC 5890). Letters that Unicode holds equal, such as full-width ones, become one.
create or replace function crm.ascii_domain(domain text) returns text
language sql immutable parallel safe
as $$
  select string_agg(case octet_length(label) when length(label) then label else 'xn--' || crm.punycode(label) end, '.' order by place)
  from regexp_split_to_table(lower(normalize(domain, NFKC) collate "C"), '\.') with ordinality as part (label, place)
$$;

create or replace function crm.international_email_form(email text) returns text
language sql immutable parallel safe
as $$
  select lower(left(visible, -length(domain)) collate "C") || crm.ascii_domain(domain)
  from replace(email, chr(173), '') as visible, substring(visible from '[^@]*$') as domain
$$;

-- Nearly every address is ASCII, one byte for each letter. An expression alone, so that queries over all rows can inline it.
create or replace function crm.email_form(email text) returns text
language sql immutable parallel safe
return case when octet_length(email) = length(email) then lower(email collate "C") else crm.international_email_form(email) end;

-- Every row under the key of a record of this kind.
create or replace function crm.entity_rows(entity text) returns table (key text, value jsonb)
language sql stable parallel safe
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= rtrim(entity, 's') || ':' || rtrim(entity, 's') || '_'
    and kv.key collate "C" < rtrim(entity, 's') || ':' || rtrim(entity, 's') || '`' and right(kv.key, 7) <> ':orders'
    and (not (select crm.has_stray_keys()) or kv.key ~ '^(lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}$')
$$;

-- Whether a key that is none of ours sorts among the records. Ordered, so that the planner asks the index of just those keys.
create or replace function crm.has_stray_keys() returns boolean
language sql stable parallel safe
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

-- What each code means, in the order in which findings are shown. `<sql>` is where the statement to run belongs. Anything above info is drift.
create or replace function crm.finding_texts()
returns table (place bigint, code text, severity text, repairable boolean, message text, remedy text)
language sql immutable parallel safe
as $$
  select row_number() over (), text.* from (values
    ('row.missing', 'error', false, 'Rows that were stored are gone, and the change log does not say who deleted them: %s.',
      'Restore them from a backup. If somebody removed them on purpose, run in SQL for each: <sql>'),
    ('row.changed', 'error', false, 'Leads whose text is not what was acknowledged, and the change log does not say who changed it: %s.',
      'Compare them with the receipts of their senders and restore them from a backup. If somebody changed them on purpose, run in SQL for each: <sql>'),
    ('row.id_mismatch', 'error', false, 'Rows whose value has the id of another row: %s.',
      'The change log says what wrote them. Mend the rows in SQL.'),
    ('row.malformed', 'error', false, 'Rows whose value is not what their key says: %s.', 'Mend the rows in SQL, or delete them.'),
    ('index.missing', 'error', true, 'Rows that are not in the index: %s.', 'Repair rebuilds the index from the rows.'),
    ('index.dangling', 'error', true, 'Entries of the index that lead to no row: %s.', 'Repair rebuilds the index from the rows.'),
    ('index.duplicate', 'error', true, 'Rows that are in the index more than once: %s.', 'Repair rebuilds the index from the rows.'),
    ('lookup.missing', 'error', true, 'Users who cannot be found by their email: %s.', 'Repair writes the lookup again.'),
    ('lookup.dangling', 'error', true, 'Lookups of an email that lead to no user: %s.',
      'Repair leads them to the user who has the email, or removes them.'),
    ('lookup.mismatch', 'error', true, 'Lookups of an email that lead to a user with another one: %s.',
      'Repair leads them to the user who has the email, or removes them.'),
    ('orders_list.missing', 'error', true, 'Orders that are not in the list of their user: %s.', 'Repair rebuilds the list from the orders.'),
    ('orders_list.dangling', 'error', true, 'Lists of orders that name what is no order of that user, or one twice: %s.',
      'Repair rebuilds the list from the orders.'),
    ('totals.mismatch', 'error', true, 'Users whose totals are not the sum of their orders: %s.',
      'Repair adds up the orders again. It changes totalOrders, totalSpent and loyaltyPoints, nothing else.'),
    ('order.user_missing', 'warning', false, 'Orders of a user who is not stored: %s.',
      'Restore the user from a backup, or delete the orders if they are of no account.'),
    ('lead.user_missing', 'warning', false, 'Leads that became a user who is not stored: %s.',
      'Restore the user from a backup, or convert the lead again.'),
    ('log.off', 'warning', false, 'Triggers of the change log that are switched off, passed over, edited or missing, so that writes leave no trace: %s.',
      'Run in SQL: <sql> If that does not help, `npm run migrate` makes them again, and Test Connection says what is left.'),
    ('durability.off', 'warning', false, 'Settings that let a crash of the server lose what was acknowledged: %s.',
      'Set them to on in the configuration of Postgres and reload it.'),
    ('replica', 'warning', false, 'This is a replica, whose rows may be older than what was acknowledged.',
      'Point the API at the primary.'),
    ('key.unknown', 'info', false, 'Rows under a key that is none of ours: %s.',
      'Nothing reads them. Leave them, or delete them if nothing else of yours needs them.')
  ) as text (code, severity, repairable, message, remedy)
$$;

-- Every fault that one snapshot shows, put together by code and kind as shared/sync.ts has it. Gives an array, empty when all is well.
-- In plpgsql for the reason of crm.entity_sum.
create or replace function crm.sync_findings() returns jsonb
language plpgsql stable
as $$
declare
  -- Before the query, which workers could not help with.
  triggers jsonb := public.crm_get_schema('{}') -> 'triggers';
begin
  return (
    with faults as (
      select code, entity, key from crm.shape_faults()
      union all select code, entity, key from crm.user_missing_faults()
      union all select 'row.missing', split_part(key, ':', 1) || 's', key from crm.missing_rows()
      union all select code, 'leads', key from crm.receipt_faults()
      union all select 'key.unknown', 'table', key from crm.unknown_keys()
      union all select code, 'leads', key from crm.index_faults('leads')
      union all select code, 'users', key from crm.index_faults('users')
      union all select code, 'orders', key from crm.index_faults('orders')
      union all select code, 'users', key from crm.lookup_faults()
      union all select code, 'orders', key from crm.orders_list_faults()
      union all select code, 'users', key from crm.totals_faults()
      union all select 'log.off', 'table', name from jsonb_each_text(triggers) as log_trigger (name, state)
      where starts_with(name, 'crm_log_') and state <> 'on'
      union all select 'durability.off', 'database', name from unnest(array['fsync', 'synchronous_commit', 'full_page_writes']) as name
      where current_setting(name) = 'off'
      union all select 'replica', 'database', null where pg_is_in_recovery()
    ), keyed as (
      -- A row with two faults of one kind is one of the rows that have it. A text in an index may be long, and is no key of ours.
      select code, entity, left(key, 200) as key, row_number() over (partition by code, entity order by key collate "C") as place
      from (select distinct code, entity, key from faults) as distinct_fault
    ), grouped as (
      select code, entity, count(*) as count, coalesce(jsonb_agg(key order by place) filter (where place <= 20 and key is not null), '[]') as keys
      from keyed group by code, entity
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'code', code, 'severity', severity, 'entity', entity, 'count', count, 'keys', keys,
      'message', format(message, count), 'remedy', replace(remedy, '<sql>', coalesce(statement, '')),
      'statements', case when statement is null then '[]' else jsonb_build_array(statement) end, 'repairable', repairable
    ) order by finding_texts.place, entity), '[]')
    from grouped join crm.finding_texts() as finding_texts using (code) left join (values
      ('row.missing', 'insert into crm.changes (key, operation) values (''<key>'', ''delete'');'),
      ('row.changed', 'insert into crm.changes (key, operation) values (''<key>'', ''update'');'),
      ('log.off', 'alter table public.kv_store_3cbf86a5 enable trigger crm_log_write, enable trigger crm_log_truncate;')
    ) as runnable (code, statement) using (code)
  );
end $$;

-- A text as a search compares it. ASCII first: a Turkish locale would make no i of I.
create or replace function crm.fold(words text) returns text
language sql immutable parallel safe
return lower(lower(words collate "C") collate "default");

-- An MD5 of the source of each of our functions, by name and arguments. The migration records them in crm.settings, and
-- crm_get_schema compares. The empty search_path has names inside a body written alike whoever asks.
create or replace function crm.function_digests() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(
    crm.function_name(p.oid),
    md5(concat_ws(E'\n', l.lanname, p.provolatile, p.prosecdef, p.proconfig, p.prosrc, pg_get_function_sqlbody(p.oid)))
  ), '{}')
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  where n.nspname = 'crm' or (n.nspname = 'public' and starts_with(p.proname, 'crm_'))
$$;

-- Of our kind: schema, name and arguments, as it is dropped.
create or replace function crm.function_name(function oid) returns text
language sql stable set search_path = ''
as $$
  select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid = function
$$;

-- payload: {}; gives what the catalogue says now of all that the API needs; api/database/schema-checks.ts says what must be. It answers also
-- when things are missing: names are looked up as texts, and of schema crm is used only what was found there.
create or replace function public.crm_get_schema(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  kv oid := (
    select c.oid from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relname = 'kv_store_3cbf86a5' and c.relkind in ('r', 'p')
  );
  crm oid := (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'crm');
  settings jsonb := '{}';
  digests jsonb;
begin
  if has_schema_privilege(crm, 'usage') and exists (
    select from pg_catalog.pg_class c
    where c.relnamespace = crm and c.relname = 'settings' and has_table_privilege(c.oid, 'select')
  ) then
    select coalesce(jsonb_object_agg(name, value), '{}') into settings from crm.settings where name in ('schema', 'functions');
  end if;
  if has_schema_privilege(crm, 'usage') and 2 = (
    select count(distinct p.proname) from pg_catalog.pg_proc p
    where p.pronamespace = crm and p.proname in ('function_digests', 'function_name') and has_function_privilege(p.oid, 'execute')
  ) then
    digests := crm.function_digests();
  end if;

  return jsonb_build_object(
    'settings', settings -> 'schema',
    'table', 'kv_store_3cbf86a5',
    'isTableThere', kv is not null,
    'columns', (
      select coalesce(jsonb_object_agg(
        a.attname, format_type(a.atttypid, null) || case when a.attnotnull then ' not null' else '' end
      ), '{}')
      from pg_catalog.pg_attribute a
      where a.attrelid = kv and a.attnum > 0 and not a.attisdropped and a.attname in ('key', 'value', 'created_at')
    ),
    'isKeyUnique', exists (
      select from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = kv and i.indisunique and i.indisvalid and i.indnatts = 1 and i.indpred is null and a.attname = 'key'
    ),
    'rowSecurity', (
      select jsonb_build_object(
        'enabled', c.relrowsecurity,
        'hidesRows', row_security_active(c.oid),
        'role', current_user,
        -- Without the role that a session of Supabase has, nobody reads past the API and no policy is needed.
        'isReadingGuarded', to_regrole('authenticated') is null or exists (
          select from pg_catalog.pg_policy p
          where p.polrelid = kv and p.polname = 'crm_readers_only' and not p.polpermissive and p.polcmd = '*'
            and pg_get_expr(p.polqual, kv) ~ 'require_reader_early.*require_reader.*shown_directly'
            and pg_get_expr(p.polwithcheck, kv) = 'false'
        )
      )
      from pg_catalog.pg_class c where c.oid = kv
    ),
    'grants', jsonb_build_object(
      -- Each a statement that takes away what a stranger was given.
      'open', (
        select coalesce(jsonb_agg(format('revoke %s from %s;', given, array_to_string(array['public', nullif(stranger, 'public')], ', ')) order by given, stranger), '[]')
        from (
          select 'public' union all select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
        ) as strangers (stranger)
        cross join lateral (
          select format('%s on public.kv_store_3cbf86a5', privilege)
          from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as privilege
          where (stranger <> 'authenticated' or privilege <> 'select') and (
            has_table_privilege(stranger, kv, privilege)
            or (privilege in ('select', 'insert', 'update') and has_any_column_privilege(stranger, kv, privilege))
          )
          union all
          select 'usage on schema crm' where has_schema_privilege(stranger, crm, 'usage')
          union all
          select 'execute on function ' || string_agg(format('public.%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), ', ' order by p.proname)
          from pg_catalog.pg_proc p
          where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'crm_')
            and has_function_privilege(stranger, p.oid, 'execute')
          having count(*) > 0
        ) as found (given)
      ),
      -- Each a statement that gives what the role of the API lacks, as grants.sql does.
      'missing', (
        select coalesce(jsonb_agg(format('grant %s to %I;', needed, grantee) order by needed, grantee), '[]')
        from (
          select current_user union select rolname from pg_catalog.pg_roles where rolname = 'service_role'
        ) as grantees (grantee)
        cross join lateral (
          select 'usage on schema ' || n.nspname from pg_catalog.pg_namespace n
          where n.nspname in ('public', 'crm') and not has_schema_privilege(grantee, n.oid, 'usage')
          union all
          select format('%s on %s.%s', string_agg(privilege, ', ' order by position), schema, name)
          from (values
            ('public', 'kv_store_3cbf86a5', array['select', 'insert', 'update', 'delete']),
            ('crm', 'settings', array['select']),
            ('crm', 'changes', array['select']),
            ('crm', 'submissions', array['select', 'insert', 'update']),
            ('crm', 'order_numbers', array['select', 'insert', 'update']),
            ('crm', 'rate_buckets', array['select', 'insert', 'update', 'delete']),
            ('crm', 'held_submissions', array['select', 'insert', 'update', 'delete'])
          ) as needs (schema, name, privileges)
          join pg_catalog.pg_namespace n on n.nspname = schema
          join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = name
          cross join unnest(privileges) with ordinality as wanted (privilege, position)
          where not has_table_privilege(grantee, c.oid, privilege)
          group by schema, name
          union all
          select 'execute on function ' || string_agg(format('public.%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), ', ' order by p.proname)
          from pg_catalog.pg_proc p
          where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'crm_')
            and not has_function_privilege(grantee, p.oid, 'execute')
          having count(*) > 0
          union all
          select 'execute on all functions in schema crm' where exists (
            select from pg_catalog.pg_proc p where p.pronamespace = crm and not has_function_privilege(grantee, p.oid, 'execute')
          )
        ) as lacking (needed)
      )
    ),
    'functions', (
      select jsonb_build_object(
        'recorded', count(*),
        'isCompared', digests is not null,
        'missing', coalesce(jsonb_agg(name order by name) filter (where digests -> name is null), '[]'),
        'changed', coalesce(jsonb_agg(name order by name) filter (where digests ->> name <> digest), '[]'),
        'added', (
          select coalesce(jsonb_agg(name order by name), '[]') from jsonb_object_keys(digests) as present (name) where not settings -> 'functions' ? name
        )
      )
      from jsonb_each_text(settings -> 'functions') as recorded (name, digest)
    ),
    'triggers', (
      select jsonb_object_agg(expected.name, case
        when t.oid is null then 'missing'
        when t.tgtype <> expected.type or t.tgqual is not null or p.proname <> 'log_change' or p.pronamespace <> crm then 'other'
        when t.tgenabled = 'A' or t.tgenabled = case current_setting('session_replication_role') when 'replica' then 'R' else 'O' end then 'on'
        when t.tgenabled = 'D' then 'off'
        else 'bypassed'
      end)
      -- As in pg_trigger.tgtype: after insert, update or delete of each row; after truncate.
      from (values ('crm_log_write', 29), ('crm_log_truncate', 32)) as expected (name, type)
      left join pg_catalog.pg_trigger t on t.tgrelid = kv and t.tgname = expected.name and not t.tgisinternal
      left join pg_catalog.pg_proc p on p.oid = t.tgfoid
    ) || (
      -- What somebody else put on the table, as it is dropped. Before a write of a row, and in place of one, it decides what is stored.
      select coalesce(jsonb_object_agg(name, state), '{}')
      from (
        select format('trigger %I', t.tgname), case when t.tgtype & 3 = 3 then 'deciding' else 'foreign' end
        from pg_catalog.pg_trigger t
        where t.tgrelid = kv and not t.tgisinternal and t.tgenabled <> 'D' and t.tgname not in ('crm_log_write', 'crm_log_truncate')
        union all
        select format('rule %I', r.rulename), 'deciding' from pg_catalog.pg_rewrite r where r.ev_class = kv and r.ev_enabled <> 'D'
      ) as others (name, state)
    ),
    'indexes', (
      select jsonb_object_agg(expected.name, case
        when i.indexrelid is null then 'missing' when i.indisvalid and i.indisready then 'on' else 'off'
      end)
      from (select left('kv_store_3cbf86a5', 52) || suffix from unnest(array['_by_key', '_segments', '_stray_keys']) as suffix) as expected (name)
      left join pg_catalog.pg_class c on c.relnamespace = 'public'::regnamespace and c.relname = expected.name
      left join pg_catalog.pg_index i on i.indexrelid = c.oid and i.indrelid = kv
    )
  );
end $$;

-- payload: {days, timeZone}; gives the figures, asOf and changesCursor of one snapshot. `series` has an entry for each of the
-- latest days in that zone. Raises CRM02.
-- The planner does not know what reading a field of jsonb costs, so it is told to read on all cores and by the index. The three
-- figures are in PL/pgSQL, because a function in SQL fetches one row at a time and so gets no workers.
create or replace function public.crm_get_stats(payload jsonb) returns jsonb
language sql stable
set parallel_setup_cost = 0
set parallel_tuple_cost = 0
set random_page_cost = 1.1
as $$
  select leads - 'leadsByDay' || users || (orders - array['ordersByDay', 'revenueByDay']) || jsonb_build_object(
    'heldSubmissions', (select count(*) from crm.held_submissions),
    'series', jsonb_build_object(
      'timeZone', zone, 'days', payload -> 'days',
      'leads', leads -> 'leadsByDay', 'orders', orders -> 'ordersByDay', 'revenue', orders -> 'revenueByDay'
    ),
    'asOf', crm.iso(now()),
    'changesCursor', crm.changes_cursor()
  )
  from (select payload ->> 'timeZone' as zone, (payload ->> 'days')::integer as days, crm.today(payload ->> 'timeZone') as today) as asked,
    crm.lead_figures(today - days + 1, today, zone) as leads,
    crm.user_figures(crm.day_start(date_trunc('month', today::timestamp)::date, zone)) as users,
    crm.order_figures(today - days + 1, today, zone) as orders
$$;

-- payload: {key, nonce?}
-- gives {nonce, key, row: {text, digest, storedAt} or null, receipt or null, log, held, asOf}, all of one snapshot. `receipt` is what
-- the sender of a submission was given, also when its lead is gone. `log` has the latest 50 entries of the change log, newest first:
-- those of this key, and each truncate of the table after its first. Raises CRM03.
create or replace function public.crm_get_stored_row(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  asked text := payload ->> 'key';
begin
  perform crm.require_all_rows();
  return jsonb_build_object(
    'nonce', payload -> 'nonce',
    'key', asked,
    'row', (
      select jsonb_build_object(
        'text', case when not withheld then value::text end,
        'digest', case when not withheld then crm.digest(key, value) end,
        -- Written by hand it may be no date that JSON can say, such as infinity.
        'storedAt', case when created_at >= '0001-01-01' and created_at < '9999-12-31' then crm.iso(created_at) end
      )
      from (
        select key, value, created_at, value <> crm.redact(value) as withheld from public.kv_store_3cbf86a5 where key = asked
      ) as found
    ),
    'receipt', (select outcome -> 'receipt' from crm.submissions where outcome #>> '{receipt,key}' = asked),
    'log', (
      select coalesce(jsonb_agg(crm.describe_change(entry) order by (entry).seq desc), '[]')
      from (
        select entry from (
          (select entry from crm.changes as entry where entry.key collate "C" = asked order by seq desc limit 50)
          union all
          (
            select entry from crm.changes as entry
            where entry.key collate "C" = '*' and entry.operation = 'truncate'
              and seq > (select seq from crm.changes where key collate "C" = asked order by seq limit 1)
            order by seq desc limit 50
          )
        ) as told order by (entry).seq desc limit 50
      ) as latest
    ),
    'held', exists (select from crm.held_submissions where id = asked),
    'asOf', crm.iso(now())
  );
end $$;

-- payload: {}; gives the report of shared/sync.ts, without projectRef, which only the API knows. All of it is one snapshot: the
-- functions called here are stable, so they see what the calling query sees. Raises CRM03.
-- Right after a repair, or a lot of deleting, the planner's statistics are wrong: it would take thousands of rows for one and loop.
create or replace function public.crm_get_sync(payload jsonb) returns jsonb
language plpgsql stable
set jit = off set enable_nestloop = off set work_mem = '64MB' set statement_timeout = '14s'
as $$
declare
  started timestamptz := clock_timestamp();
  findings jsonb;
  digests jsonb;
begin
  perform crm.require_all_rows();
  findings := crm.sync_findings();
  digests := jsonb_build_object('leads', crm.entity_sum('leads'), 'users', crm.entity_sum('users'), 'orders', crm.entity_sum('orders'));
  return jsonb_build_object(
    'verdict', case when findings @? '$[*] ? (@.severity != "info")' then 'drift' else 'synced' end,
    'checkedAt', crm.iso(started),
    'database', jsonb_build_object(
      'engine', 'PostgreSQL', 'version', current_setting('server_version'), 'table', 'kv_store_3cbf86a5', 'primary', not pg_is_in_recovery(),
      'durability', jsonb_build_object(
        'fsync', current_setting('fsync'), 'synchronous_commit', current_setting('synchronous_commit'), 'full_page_writes', current_setting('full_page_writes')
      )
    ),
    'counts', (
      select jsonb_object_agg(entity, jsonb_build_object(
        'rows', (sum ->> 'count')::bigint + (sum ->> 'withheld')::bigint, 'indexed', crm.indexed_count(entity)
      )) from jsonb_each(digests) as of_kind (entity, sum)
    ),
    'digests', digests,
    'findings', findings,
    'changesCursor', crm.changes_cursor(),
    'durationMs', round(extract(epoch from clock_timestamp() - started) * 1000, 1)
  );
end $$;

-- How many entries an index has. Other than the rows, when it is wrong.
create or replace function crm.indexed_count(entity text) returns bigint
language sql stable parallel safe
as $$
  select coalesce(sum(jsonb_array_length(case jsonb_typeof(value) when 'array' then value else '[]' end)), 0)::bigint from crm.index_rows(entity)
$$;

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

-- {changes} of one record, oldest first, the latest 500. Raises CRM04 when neither the record nor an entry exists.
create or replace function crm.history_of(kind text, id text) returns jsonb
language plpgsql stable
as $$
declare
  record_key text := kind || ':' || id;
  entries jsonb;
begin
  select jsonb_agg(crm.describe_change(entry) order by (entry).seq) into entries
  from (select entry from crm.changes as entry where entry.key collate "C" = record_key order by seq desc limit 500) as latest;
  if entries is null and not exists (select from public.kv_store_3cbf86a5 where key = record_key) then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  return jsonb_build_object('changes', coalesce(entries, '[]'));
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

-- Puts one id in front. `head` is what crm.lock_index gave. Raises CRM03.
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
  if not found then
    perform crm.refuse_write();
  end if;
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
  for attempt in 1 .. 100 loop
    place := crm.oldest_segment(entity);
    if place is null then
      perform crm.lock_index(entity);
      place := coalesce(crm.oldest_segment(entity), entity || ':index');
    end if;
    update public.kv_store_3cbf86a5
    set value = (case jsonb_typeof(value) when 'array' then value else '[]' end - ids) || to_jsonb(ids)
    where key = place;
    -- Else the segment was emptied and removed meanwhile, or is never written.
    if found then
      return;
    end if;
  end loop;
  perform crm.refuse_write();
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

-- SHA-256 with this database's secret: equal texts stay recognisable, and nobody can try out addresses or emails against it.
create or replace function crm.keyed_hash(content text) returns bytea
language sql stable
as $$
  select sha256(convert_to((select value #>> '{}' from crm.settings where name = 'hash_key') || content, 'UTF8'))
$$;

-- What crm_get_stats says of leads, in one pass over their rows.
create or replace function crm.lead_figures(first_day date, last_day date, time_zone text) returns jsonb
language plpgsql stable
as $$
begin
  return (
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
      'leadsByDay', (
        select jsonb_agg(jsonb_build_object('day', day, 'count', count)) from crm.by_day(moments, null, first_day, last_day, time_zone)
      )
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
        array_agg(created) filter (where created collate "C" >= (select to_char(first_day - 1, 'YYYY-MM-DD'))) as moments
      from (
        select value ->> 'status' as status, value ->> 'source' as source, value ->> 'createdAt' as created
        from public.kv_store_3cbf86a5
        where key collate "C" >= 'lead:lead_' and key collate "C" < 'lead:lead`'
          and (not (select crm.has_stray_keys()) or key ~ '^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$')
        -- Keeps the planner from reading the three fields anew for every count.
        offset 0
      ) as lead
    ) as counted
  );
end $$;

-- What keeps a value from being the lead of this id, or null. The rules of `lead` in shared/lead.ts; a test keeps the two equal.
create or replace function crm.lead_problem(id text, value jsonb) returns text
language sql immutable parallel safe
as $$
  select case
    when value ->> 'id' is distinct from lead_problem.id then 'id: not ' || lead_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    -- Most rows are right, and one look says so. It makes no query of its own, so that those over all rows can inline it.
    when not jsonb_path_exists(value, '$ ? (
      @.name.type() != "string" || @.phone.type() != "string" || @.source.type() != "string" || @.status.type() != "string" ||
      @.budget.type() != "string" || @.roomType.type() != "string" || @.message.type() != "string" ||
      @.notes.type() != "string" || @.createdAt.type() != "string" || @.updatedAt.type() != "string" ||
      @.convertedToUserId.type() != "string" || @.assignedTo.type() != "string" || @.page.type() != "string" ||
      @.referrer.type() != "string" || @.locale.type() != "string" || @.seed.type() != "boolean" ||
      @.interests.type() != "array" || @.interests[*].type() != "string" || @.utm.type() != "object" ||
      @.utm.*.type() != "string" || @.fields.type() != "object" || @.fields.*.type() != "string" ||
      @.consent.type() != "object" ||
      exists(@.consent) && !(@.consent.given.type() == "boolean" && @.consent.text.type() == "string")
    )') then null
    else crm.lead_field_problem(value)
  end
$$;

-- The field that is wrong, and what it is not.
create or replace function crm.lead_field_problem(value jsonb) returns text
language sql immutable parallel safe
as $$
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

-- payload: {limit, cursor?, status?, source?, convertedToUserId?, q?, from?, to?, total?}
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

-- payload: {limit, cursor?, status?, userId?, q?, total?}
-- gives {rows: [{key, value, nextStatuses}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_orders(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select found.key, found.value
    from crm.matching_orders(payload) as found
    where found.key collate "C" < coalesce('order:' || (payload ->> 'cursor'), 'order:order`')
    order by found.key collate "C" desc
    limit (payload ->> 'limit')::integer + 1
  ), shown as (
    select * from page order by key collate "C" desc limit (payload ->> 'limit')::integer
  )
  select jsonb_build_object(
    'rows', coalesce((select jsonb_agg(crm.show_order(key, value) order by key collate "C" desc) from shown), '[]'),
    'nextCursor', case when (select count(*) from page) > (payload ->> 'limit')::integer
      then substr((select min(key collate "C") from shown), 7) end,
    'changesCursor', crm.changes_cursor()
  ) || case when payload ->> 'total' = '1'
    then jsonb_build_object('total', (select count(*) from crm.matching_orders(payload))) else '{}' end
$$;

-- payload: {id} and what crm_list_orders takes; gives what it gives, of one user. Raises CRM04 when there is no such user.
create or replace function public.crm_list_user_orders(payload jsonb) returns jsonb
language plpgsql stable
as $$
begin
  perform crm.get_record('user', payload ->> 'id');
  return public.crm_list_orders(payload || jsonb_build_object('userId', payload -> 'id'));
end $$;

-- Every row under a user's key that the filters let through, in no order; as crm.matching_leads.
create or replace function crm.matching_users(filters jsonb) returns table (key text, value jsonb)
language sql stable
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'user:user_' and kv.key collate "C" < 'user:user`'
    and kv.key ~ '^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$'
    and (filters ->> 'accountStatus' is null or kv.value ->> 'accountStatus' = filters ->> 'accountStatus')
    and (filters ->> 'q' is null
      or strpos(filters ->> 'q', '@') > 0 and crm.email_form(kv.value ->> 'email') = crm.email_form(filters ->> 'q')
      or strpos(crm.fold(concat_ws(
      E'\n', kv.value ->> 'id', kv.value ->> 'name', kv.value ->> 'email', kv.value ->> 'phone', crm.texts_in(kv.value -> 'tags'), crm.texts_in(kv.value -> 'address')
    )), crm.fold(filters ->> 'q')) > 0)
$$;

-- payload: {limit, cursor?, accountStatus?, q?, total?}
-- gives {rows: [{key, value}], nextCursor, changesCursor, total?}, newest first. Reads the rows, never the index.
create or replace function public.crm_list_users(payload jsonb) returns jsonb
language sql stable
as $$
  with page as (
    select found.key, found.value
    from crm.matching_users(payload) as found
    where found.key collate "C" < coalesce('user:' || (payload ->> 'cursor'), 'user:user`')
    order by found.key collate "C" desc
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
    then jsonb_build_object('total', (select count(*) from crm.matching_users(payload))) else '{}' end
$$;

-- Trigger of the KV table: one log entry a record written, also for edits made outside the product (their actor is null).
-- Definer, because every role that may write the table must be logged and none may write the log itself.
create or replace function crm.log_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  who text := nullif(current_setting('crm.actor', true), '');
begin
  -- Derived rows: logging them would double the log and say nothing, and the key of a lookup is an email that no erasure reaches.
  -- Canaries of the write test are no records either.
  if tg_op <> 'TRUNCATE' and coalesce(new.key, old.key) ~ '^(leads|users|orders):index(:|$)|^user:email:|^user:user_[0-9]+_[a-z0-9]+:orders$|^canary:[0-9a-f-]{36}$' then
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
  from jsonb_each(crm.fields_of(candidate)) as field
  where crm.fields_of(base) -> field.key is distinct from field.value
$$;

-- Redacted where it is no object, since a field `value` inside one would pass for something that people typed.
create or replace function crm.fields_of(value jsonb) returns jsonb
language sql immutable
as $$ select case jsonb_typeof(value) when 'object' then value else jsonb_build_object('value', crm.redact(value)) end $$;

-- Says who writes, for the change log, until the end of this transaction.
create or replace function crm.act_as(actor text) returns void
language sql volatile
as $$ select set_config('crm.actor', coalesce(actor, ''), true) $$;

create or replace trigger crm_log_write after insert or update or delete on public.kv_store_3cbf86a5
  for each row execute function crm.log_change();
create or replace trigger crm_log_truncate after truncate on public.kv_store_3cbf86a5
  for each statement execute function crm.log_change();

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
    and (filters ->> 'convertedToUserId' is null or kv.value ->> 'convertedToUserId' = filters ->> 'convertedToUserId')
    and (filters ->> 'from' is null or kv.value ->> 'createdAt' collate "C" >= filters ->> 'from')
    and (filters ->> 'to' is null or kv.value ->> 'createdAt' collate "C" <= filters ->> 'to')
    and (filters ->> 'q' is null
      or strpos(crm.fold(concat_ws(
        E'\n', kv.value ->> 'id', kv.value ->> 'name', kv.value ->> 'email', kv.value ->> 'phone', kv.value ->> 'message', kv.value ->> 'notes'
      )), crm.fold(filters ->> 'q')) > 0
      -- Taking the texts out costs more than all the rest, so only where their source has the words, written as JSON writes them.
      or strpos(crm.fold(concat_ws(E'\n', (kv.value -> 'interests')::text, (kv.value -> 'fields')::text)),
        crm.fold(left(right(to_jsonb(filters ->> 'q')::text, -1), -1))) > 0
      and strpos(crm.fold(concat_ws(E'\n', crm.texts_in(kv.value -> 'interests'), crm.texts_in(kv.value -> 'fields'))), crm.fold(filters ->> 'q')) > 0
      or strpos(filters ->> 'q', '@') > 0 and crm.email_form(kv.value ->> 'email') = crm.email_form(filters ->> 'q')
    )
$$;

-- Every row under an order's key that the filters let through, in no order; as crm.matching_leads.
create or replace function crm.matching_orders(filters jsonb) returns table (key text, value jsonb)
language sql stable
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= 'order:order_' and kv.key collate "C" < 'order:order`'
    and kv.key ~ '^order:order_[0-9]{1,15}_[a-z0-9]{1,12}$'
    and (filters ->> 'status' is null or kv.value ->> 'status' = filters ->> 'status')
    and (filters ->> 'userId' is null or kv.value ->> 'userId' = filters ->> 'userId')
    and (filters ->> 'q' is null or strpos(crm.fold(concat_ws(
      E'\n', kv.value ->> 'id', kv.value ->> 'orderNumber', kv.value ->> 'userId', kv.value ->> 'trackingNumber',
      kv.value ->> 'notes', crm.texts_in(kv.value -> 'items'), crm.texts_in(kv.value -> 'shippingAddress')
    )), crm.fold(filters ->> 'q')) > 0)
$$;

-- `<kind>_<ms>_<9 of a-z0-9>`; bytes 6 and 8 of a UUID are not all random (RFC 9562), so they are left out.
create or replace function crm.new_id(kind text, ms bigint) returns text
language sql volatile
as $$
  select kind || '_' || ms || '_' || string_agg(substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + get_byte(bytes, i) % 36, 1), '')
  from (select uuid_send(gen_random_uuid()) as bytes) as random, unnest(array[0, 1, 2, 3, 4, 5, 9, 10, 11]) as i
$$;

-- What crm_get_stats says of orders, in one pass over their rows. Cancelled and refunded orders are no revenue, nor is less than nothing (crm.order_worth).
create or replace function crm.order_figures(first_day date, last_day date, time_zone text) returns jsonb
language plpgsql stable
as $$
begin
  return (
    with counted as materialized (
      select
        count(*) as total,
        count(*) filter (where status = 'pending-payment') as pending_payment,
        count(*) filter (where status = 'processing') as processing,
        count(*) filter (where status = 'ready-to-ship') as ready_to_ship,
        count(*) filter (where status = 'in-transit') as in_transit,
        count(*) filter (where status = 'arriving') as arriving,
        count(*) filter (where status = 'out-for-delivery') as out_for_delivery,
        count(*) filter (where status = 'delivered') as delivered,
        count(*) filter (where status = 'cancelled') as cancelled,
        count(*) filter (where status = 'refunded') as refunded,
        coalesce(sum(worth), 0)::bigint as revenue,
        array_agg(created) filter (where created collate "C" >= (select to_char(first_day - 1, 'YYYY-MM-DD'))) as moments,
        array_agg(worth) filter (where created collate "C" >= (select to_char(first_day - 1, 'YYYY-MM-DD'))) as worths
      from (
        select value ->> 'status' as status, value ->> 'createdAt' as created, crm.order_worth(value) as worth
        from public.kv_store_3cbf86a5
        where key collate "C" >= 'order:order_' and key collate "C" < 'order:order`'
          and (not (select crm.has_stray_keys()) or key ~ '^order:order_[0-9]{1,15}_[a-z0-9]{1,12}$')
        -- Keeps the planner from reading the fields anew for every count.
        offset 0
      ) as found
    ), days as materialized (
      select day.* from counted, crm.by_day(moments, worths, first_day, last_day, time_zone) as day
    )
    select jsonb_build_object(
      'totalOrders', total,
      'pendingOrders', pending_payment,
      'deliveredOrders', delivered,
      'totalRevenue', crm.amount(revenue),
      'averageOrderValue', coalesce(round(revenue / 100.0 / nullif(total - cancelled - refunded, 0), 2), 0),
      'ordersByStatus', jsonb_build_object(
        'pending-payment', pending_payment, 'processing', processing, 'ready-to-ship', ready_to_ship, 'in-transit', in_transit,
        'arriving', arriving, 'out-for-delivery', out_for_delivery, 'delivered', delivered, 'cancelled', cancelled, 'refunded', refunded,
        'other', total - pending_payment - processing - ready_to_ship - in_transit - arriving - out_for_delivery - delivered - cancelled - refunded
      ),
      'ordersByDay', (select jsonb_agg(jsonb_build_object('day', day, 'count', count)) from days),
      'revenueByDay', (select jsonb_agg(jsonb_build_object('day', day, 'amount', crm.amount(cents::bigint))) from days)
    )
    from counted
  );
end $$;

-- The money of orders. Amounts stand in the rows in units of the currency, sums are made in whole cents.

-- A stored amount in cents; what is no number, or none that money has, counts as nothing.
create or replace function crm.cents(amount jsonb) returns bigint
language sql immutable parallel safe
return case
  when jsonb_typeof(amount) = 'number' then case when abs(amount::numeric) < 1e15 then round(amount::numeric * 100)::bigint else 0 end
  else 0
end;

-- Cents as they are stored, 125050 as 1250.5.
create or replace function crm.amount(cents bigint) returns jsonb
language sql immutable parallel safe
return to_jsonb(trim_scale(cents / 100.0));

-- {subtotal, total} as they follow from items, tax, shipping and discount. Raises CRM05 where `given` says otherwise.
create or replace function crm.order_sums(value jsonb, given jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  subtotal bigint := (
    select sum(crm.cents(item -> 'price') * crm.cents(item -> 'quantity') / 100)
    from jsonb_path_query(value, 'lax $.items[*]') as item
  );
  total bigint := subtotal + crm.cents(value -> 'tax') + crm.cents(value -> 'shipping') - crm.cents(value -> 'discount');
  problem jsonb := case
    when subtotal is null or exists (
      select from jsonb_path_query(value, 'lax $.items[*]') as item
      where jsonb_typeof(item -> 'quantity') is distinct from 'number' or jsonb_typeof(item -> 'price') is distinct from 'number'
    ) then jsonb_build_object('items', 'A stored item has no quantity or no price. Send the items too.')
    when given ? 'subtotal' and crm.cents(given -> 'subtotal') <> subtotal
      then jsonb_build_object('subtotal', format('The items add up to %s.', crm.amount(subtotal)))
    when given ? 'total' and crm.cents(given -> 'total') <> total
      then jsonb_build_object('total', format('Subtotal, tax and shipping less discount are %s.', crm.amount(total)))
    when total < 0 then jsonb_build_object('discount', 'It is more than the order costs.')
    when total > 100000000000 then jsonb_build_object('total', 'It is more than 1000000000.')
  end;
begin
  if problem is not null then
    raise exception 'The sums of the order do not add up: %', (select string_agg(key || ': ' || field.value, ' ') from jsonb_each_text(problem) as field)
      using errcode = 'CRM05', detail = jsonb_build_object('fields', problem)::text;
  end if;
  return jsonb_build_object('subtotal', crm.amount(subtotal), 'total', crm.amount(total));
end $$;

-- What an order is worth in cents: nothing once it is cancelled or refunded, or by hand less than nothing. Revenue and what users have spent are sums of this.
create or replace function crm.order_worth(value jsonb) returns bigint
language sql immutable parallel safe
return case when value ->> 'status' in ('cancelled', 'refunded') then 0 else greatest(0, crm.cents(value -> 'total')) end;

-- The next `VS-<year>-<6 digits>`. The row of the year stays locked until the order is committed, so no number is given twice.
-- Numbers only go up. Older installs drew theirs at random: a year begins behind the largest of the lower half, and further up
-- those that are taken are passed over. Raises CRM09 when the year has no more.
create or replace function crm.next_order_number() returns text
language plpgsql volatile
as $$
declare
  this_year integer := extract(year from clock_timestamp() at time zone 'UTC');
  number integer;
  run_end integer;
begin
  insert into crm.order_numbers (year, last, free_up_to) values (this_year, 0, 0) on conflict (year) do nothing;
  select last + 1, free_up_to into number, run_end from crm.order_numbers where year = this_year for update;
  if number > run_end then
    select free.first, free.last into number, run_end from crm.free_order_numbers(this_year, number - 1) as free;
  end if;
  if number is null then
    raise exception 'The order numbers of % are used up.', this_year using errcode = 'CRM09';
  end if;
  update crm.order_numbers set last = number, free_up_to = run_end where year = this_year;
  return format('VS-%s-%s', this_year, lpad(number::text, 6, '0'));
end $$;

-- The first run of numbers behind `given` that no order has; none when all are taken. Looks through all orders.
create or replace function crm.free_order_numbers(year integer, given integer, out first integer, out last integer) returns setof record
language sql volatile
as $$
  with taken as materialized (
    select substr(value ->> 'orderNumber', 9)::integer as number
    from crm.matching_orders('{}') where value ->> 'orderNumber' ~ ('^VS-' || year || '-[0-9]{6}$')
  ), begin as (
    select greatest(given, max(number) filter (where number < 500000)) as number from taken
  ), bound as (
    select number from begin union select number from taken where number > (select number from begin) union select 1000000
  )
  select bound.number + 1, bound.next - 1
  from (select number, lead(number) over (order by number) as next from bound) as bound
  where bound.next > bound.number + 1
  order by bound.number limit 1
$$;

-- What keeps a value from being the order of this id, or null. The rules of `order` in shared/order.ts; a test keeps the two equal.
create or replace function crm.order_problem(id text, value jsonb) returns text
language sql immutable parallel safe
as $$
  select case
    when value ->> 'id' is distinct from order_problem.id then 'id: not ' || order_problem.id
    when jsonb_typeof(value -> 'userId') is distinct from 'string' or value ->> 'userId' = '' then 'userId: no user'
    when jsonb_typeof(value -> 'total') is distinct from 'number' then 'total: no number'
    -- Most rows are right, and one look says so. It makes no query of its own, so that those over all rows can inline it.
    when not jsonb_path_exists(value, '$ ? (
      @.orderNumber.type() != "string" || @.status.type() != "string" || @.paymentMethod.type() != "string" ||
      @.paymentStatus.type() != "string" || @.trackingNumber.type() != "string" || @.notes.type() != "string" ||
      @.createdAt.type() != "string" || @.updatedAt.type() != "string" || @.subtotal.type() != "number" ||
      @.tax.type() != "number" || @.shipping.type() != "number" || @.discount.type() != "number" ||
      @.completed.type() != "boolean" || @.seed.type() != "boolean" || @.items.type() != "array" ||
      @.items[*].type() != "object" || @.timeline.type() != "array" || @.timeline[*].type() != "object" ||
      @.shippingAddress.type() != "string" && @.shippingAddress.type() != "object"
    )') then null
    else crm.order_field_problem(value)
  end
$$;

-- The field that is wrong, and what it is not.
create or replace function crm.order_field_problem(value jsonb) returns text
language sql immutable parallel safe
as $$
  select name || ': no ' || kind
  from (
    select unnest(array[
      'orderNumber', 'status', 'paymentMethod', 'paymentStatus', 'trackingNumber', 'notes', 'createdAt', 'updatedAt'
    ]) as name, 'text' as kind, 'strict $ ? (@.type() == "string")'::jsonpath as shape
    union all select unnest(array['subtotal', 'tax', 'shipping', 'discount']), 'number', 'strict $ ? (@.type() == "number")'
    union all select unnest(array['completed', 'seed']), 'true or false', 'strict $ ? (@.type() == "boolean")'
    union all select unnest(array['items', 'timeline']), 'list of objects',
      'strict $ ? (@.type() == "array") ? (!exists(@[*] ? (@.type() != "object")))'
    union all select 'shippingAddress', 'text or object', 'strict $ ? (@.type() == "string" || @.type() == "object")'
  ) as rule
  where jsonb_typeof(value -> name) <> 'null' and not jsonb_path_exists(value -> name, shape)
  limit 1
$$;

-- The workflow of an order, the one table of it: each status and what may come next, the usual step first. An order may be
-- cancelled until it is delivered and refunded once it is paid. A status of an older install may become any of ours.
create or replace function crm.next_statuses(status text) returns text[]
language sql immutable
return case status
  when 'pending-payment' then array['processing', 'cancelled']
  when 'processing' then array['ready-to-ship', 'cancelled', 'refunded']
  when 'ready-to-ship' then array['in-transit', 'cancelled', 'refunded']
  when 'in-transit' then array['arriving', 'cancelled', 'refunded']
  when 'arriving' then array['out-for-delivery', 'cancelled', 'refunded']
  when 'out-for-delivery' then array['delivered', 'cancelled', 'refunded']
  when 'delivered' then array['refunded']
  when 'cancelled' then '{}'::text[]
  when 'refunded' then '{}'::text[]
  else array[
    'pending-payment', 'processing', 'ready-to-ship', 'in-transit', 'arriving', 'out-for-delivery', 'delivered', 'cancelled', 'refunded'
  ]
end;

-- Raises CRM09 when an order may not go from one status to the other.
create or replace function crm.require_step(from_status text, to_status text) returns void
language plpgsql immutable
as $$
declare
  allowed text[] := crm.next_statuses(from_status);
begin
  if to_status <> all (allowed) then
    raise exception 'An order that is % cannot become %. %', from_status, to_status, case
      when allowed = '{}' then 'It has ended.' else 'Allowed next: ' || array_to_string(allowed, ', ') || '.'
    end using errcode = 'CRM09';
  end if;
end $$;

-- {status, at, note?, actor?} as it stands in a timeline.
create or replace function crm.timeline_entry(status text, note text, actor text) returns jsonb
language sql volatile
as $$
  select jsonb_strip_nulls(jsonb_build_object('status', status, 'at', crm.iso(clock_timestamp()), 'note', note, 'actor', actor))
$$;

-- `user:<id>:orders`, the ids of a user's orders, newest first. Whoever writes it has locked the user.

create or replace function crm.add_to_orders_list(user_id text, order_id text) returns void
language sql volatile
as $$
  insert into public.kv_store_3cbf86a5 as kv (key, value) values ('user:' || user_id || ':orders', jsonb_build_array(order_id))
  on conflict (key) do update
  set value = excluded.value || case jsonb_typeof(kv.value) when 'array' then kv.value - order_id else '[]' end
$$;

-- Demo orders, behind all others.
create or replace function crm.append_to_orders_list(user_id text, order_id text) returns void
language sql volatile
as $$
  insert into public.kv_store_3cbf86a5 as kv (key, value) values ('user:' || user_id || ':orders', jsonb_build_array(order_id))
  on conflict (key) do update
  set value = case jsonb_typeof(kv.value) when 'array' then kv.value - order_id else '[]' end || excluded.value
$$;

create or replace function crm.remove_from_orders_list(user_id text, order_id text) returns void
language plpgsql volatile
as $$
begin
  update public.kv_store_3cbf86a5 set value = value - order_id
  where key = 'user:' || user_id || ':orders' and jsonb_typeof(value) = 'array';
  delete from public.kv_store_3cbf86a5 where key = 'user:' || user_id || ':orders' and value = '[]';
end $$;

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

-- The value with a patch merged in. Raises CRM09 where that is no record of its kind.
create or replace function crm.patch_record(kind text, id text, old_value jsonb, patch jsonb) returns jsonb
language plpgsql stable
as $$
declare
  new_value jsonb := crm.merge_patch(old_value, patch);
  problem text;
begin
  if jsonb_typeof(old_value) <> 'object' then
    raise exception 'The stored row is no JSON object, so it cannot be changed here. Mend it in SQL or delete it.' using errcode = 'CRM09';
  end if;
  problem := case kind
    when 'lead' then crm.lead_problem(id, new_value)
    when 'user' then crm.user_problem(id, new_value)
    when 'order' then crm.order_problem(id, new_value)
  end;
  if problem is not null then
    raise exception 'The stored row would still be no % (%), so nothing was changed. Mend it in SQL or delete it.', kind, problem using errcode = 'CRM09';
  end if;
  return new_value;
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

-- payload: {id}; gives {key, value, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_lead(payload jsonb) returns jsonb
language sql stable
as $$ select crm.get_record('lead', payload ->> 'id') $$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the lead nor an entry exists.
create or replace function public.crm_list_lead_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('lead', payload ->> 'id') $$;

-- payload: {id}; gives {key, value, nextStatuses, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_order(payload jsonb) returns jsonb
language sql stable
as $$ select found || crm.show_order(found ->> 'key', found -> 'value') from crm.get_record('order', payload ->> 'id') as found $$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the order nor an entry exists.
create or replace function public.crm_list_order_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('order', payload ->> 'id') $$;

-- One row as the API shows it.
create or replace function crm.show_order(key text, value jsonb) returns jsonb
language sql immutable
as $$
  select jsonb_build_object('key', key, 'value', crm.redact(value), 'nextStatuses', to_jsonb(crm.next_statuses(value ->> 'status')))
$$;

-- payload: {id}; gives {key, value, digest?}, raises CRM04 when there is no such row.
create or replace function public.crm_get_user(payload jsonb) returns jsonb
language sql stable
as $$ select crm.get_record('user', payload ->> 'id') $$;

-- payload: {email}; gives {key, value} of the user whose email this is, in whatever case. Raises CRM04.
create or replace function public.crm_get_user_by_email(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  user_key text := crm.user_with_email(payload ->> 'email');
begin
  if user_key is null then
    raise exception 'No user has this email.' using errcode = 'CRM04';
  end if;
  return crm.get_record('user', substr(user_key, 6));
end $$;

-- payload: {id}; gives {changes}, oldest first, the latest 500. Raises CRM04 when neither the user nor an entry exists.
create or replace function public.crm_list_user_history(payload jsonb) returns jsonb
language sql stable
as $$ select crm.history_of('user', payload ->> 'id') $$;

-- What leads, users and orders have in common: `kind` is one of these three words, a record's key is `<kind>:<id>`.

-- {key, value, digest} of one record; without a digest where a part of it is withheld. Raises CRM04.
create or replace function crm.get_record(kind text, id text) returns jsonb
language plpgsql stable
as $$
declare
  found_row jsonb;
begin
  select jsonb_strip_nulls(jsonb_build_object('digest', case when not crm.is_withheld(value) then crm.digest(key, value) end))
    || jsonb_build_object('key', key, 'value', crm.redact(value)) into found_row
  from public.kv_store_3cbf86a5 where key = kind || ':' || id;
  if not found then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  return found_row;
end $$;

-- Locks one record and gives its value. Raises CRM04 when it is gone, CRM09 when it changed since `if_match`, its updatedAt or its
-- digest: what SQL writes seldom moves updatedAt.
create or replace function crm.lock_record(kind text, id text, if_match text) returns jsonb
language plpgsql volatile
as $$
declare
  record_key text := kind || ':' || id;
  found_value jsonb;
begin
  select value into found_value from public.kv_store_3cbf86a5 where key = record_key for update;
  if not found then
    raise exception 'No % has this id. It may have been deleted.', kind using errcode = 'CRM04';
  end if;
  if if_match is not null and found_value ->> 'updatedAt' is distinct from if_match and crm.digest(record_key, found_value) <> if_match then
    raise exception 'Someone else changed this % after you read it. Read it again, then repeat your change.', kind using errcode = 'CRM09', detail = '{"reason": "record_changed"}';
  end if;
  return found_value;
end $$;

-- Locks those of these records that there are, in the order of their keys, and gives their ids, newest first.
create or replace function crm.lock_records(kind text, ids text[]) returns text[]
language sql volatile
as $$
  with locked as materialized (
    select key from public.kv_store_3cbf86a5 where key in (select kind || ':' || id from unnest(ids) as id) order by key for update
  )
  select coalesce(array_agg(substr(key, length(kind) + 2) order by key collate "C" desc), '{}') from locked
$$;

-- What is wrong with records themselves, one row a fault. No repair touches them: only their owner knows what they should say.

create or replace function crm.shape_faults() returns table (code text, entity text, key text)
language sql stable parallel safe
as $$
  select case when jsonb_typeof(value -> 'id') = 'string' and value ->> 'id' <> id then 'row.id_mismatch' else 'row.malformed' end, entity, key
  from (
    select 'leads' as entity, key, value, substr(key, 6) as id from crm.entity_rows('leads') where crm.lead_problem(substr(key, 6), value) is not null
    union all
    select 'users', key, value, substr(key, 6) from crm.entity_rows('users') where crm.user_problem(substr(key, 6), value) is not null
    union all
    select 'orders', key, value, substr(key, 7) from crm.entity_rows('orders') where crm.order_problem(substr(key, 7), value) is not null
  ) as misshapen
$$;

-- Records that name a user who is not there.
create or replace function crm.user_missing_faults() returns table (code text, entity text, key text)
language sql stable parallel safe
as $$
  select mention.code, mention.entity, mention.key
  from (
    select 'order.user_missing' as code, 'orders' as entity, key, user_id from crm.orders_of_users()
    union all
    select 'lead.user_missing', 'leads', key, value ->> 'convertedToUserId' from crm.entity_rows('leads')
    where jsonb_typeof(value -> 'convertedToUserId') = 'string' and value ->> 'convertedToUserId' <> ''
  ) as mention
  where not exists (select from crm.entity_rows('users') as owner where owner.key = 'user:' || mention.user_id)
$$;

-- Records that the change log says are stored, and that are not.
create or replace function crm.missing_rows() returns table (key text)
language sql stable parallel safe
as $$
  select key
  from (
    select distinct entry.key
    from crm.changes as entry
    where entry.operation in ('insert', 'update')
      and entry.seq > coalesce((select max(seq) from crm.truncates()), 0)
      and not exists (select from public.kv_store_3cbf86a5 as kv where kv.key = entry.key)
      and not exists (
        select from crm.changes as later where later.key collate "C" = entry.key and later.operation = 'delete' and later.seq > entry.seq
      )
  ) as lost
  where key ~ '^(lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}$'
$$;

-- Keys beside the grammar: those among the records by the index of just those, those outside by range. The row that a connection
-- test writes for a moment is left alone until it is clear that nobody comes back for it.
create or replace function crm.unknown_keys() returns table (key text)
language sql stable parallel safe
as $$
  select key from public.kv_store_3cbf86a5
  where key ~ '^(lead:lead|user:user|order:order)_'
    and key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$'
  union all
  select key from (
    select key, created_at from public.kv_store_3cbf86a5
    where key collate "C" < 'lead:lead_'
      or key collate "C" >= 'lead:lead`' and key collate "C" < 'order:order_'
      or key collate "C" >= 'order:order`' and key collate "C" < 'user:email:'
      or key collate "C" >= 'user:email;' and key collate "C" < 'user:user_'
      or key collate "C" >= 'user:user`'
    offset 0
  ) as outside
  where key !~ '^(leads|users|orders):index(:[1-9][0-9]{0,8})?$'
    and not (starts_with(key, 'canary:') and coalesce(created_at > now() - interval '5 minutes', false))
$$;

-- Leads against the receipts that their senders were given. One that is not there is missing, unless the log has its deletion, or that the
-- table was emptied after it was stored. One with another text is changed, unless the log has more of it than its insert: from then on
-- nothing says what its text should be. What the log does not have explains nothing, since it may have been cut.
create or replace function crm.receipt_faults() returns table (code text, key text)
language sql stable parallel safe
as $$
  select case when lead.key is null then 'row.missing' else 'row.changed' end, submission.outcome #>> '{receipt,key}'
  from crm.submissions as submission
  left join crm.entity_rows('leads') as lead on lead.key = submission.outcome #>> '{receipt,key}'
  left join (
    select entry.key, count(*) = 1 and min(entry.operation) = 'insert' as is_untouched, bool_or(entry.operation = 'delete') as was_deleted, max(entry.seq) as seq
    from crm.changes as entry group by entry.key
  ) as log on log.key = submission.outcome #>> '{receipt,key}'
  where submission.outcome ? 'leadId'
    and (lead.key is null or encode(crm.row_digest(lead.key, lead.value::text), 'hex') <> submission.outcome #>> '{receipt,digest}')
    and case when lead.key is null
      then not coalesce(
        log.was_deleted or log.seq < (select max(seq) from crm.truncates()),
        (submission.outcome #>> '{receipt,storedAt}')::timestamptz <= (select max(at) from crm.truncates()),
        false
      )
      else coalesce(log.is_untouched, true)
    end
$$;

-- When the table was emptied, as the log says.
create or replace function crm.truncates() returns table (seq bigint, at timestamptz)
language sql stable parallel safe
as $$ select entry.seq, entry.at from crm.changes as entry where entry.key collate "C" = '*' and entry.operation = 'truncate' $$;

-- payload: {id, actor}; stamps lastLogin. Gives {key, value}. Raises CRM04, and CRM09 for an account that is suspended.
create or replace function public.crm_record_login(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
  old_value jsonb := crm.lock_record('user', id, null);
  new_value jsonb := crm.patch_record('user', id, old_value, jsonb_build_object('lastLogin', crm.iso(clock_timestamp())));
begin
  if old_value ->> 'accountStatus' = 'suspended' then
    raise exception 'This account is suspended, so it cannot sign in. Set accountStatus to active first.' using errcode = 'CRM09';
  end if;
  perform crm.act_as(payload ->> 'actor');
  -- updatedAt stays: whoever is editing the account must not lose the edit to a login.
  new_value := crm.update_record('user:' || id, new_value);
  return jsonb_build_object('key', 'user:' || id, 'value', crm.redact(new_value));
end $$;

-- Rows of older installs carry password hashes and reset codes: those stay in the row and never leave the database.
-- What a visitor typed into a field of the site owner's own (`fields`), or came with in an address (`utm`), is no secret of ours, whatever
-- its name.
create or replace function crm.redact(value jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select case
    when not crm.may_name_a_secret(value::text) then value
    when jsonb_typeof(value) = 'string' then crm.redact_encoded(value)
    when jsonb_typeof(value) = 'array' then (
      select jsonb_agg(
        case jsonb_typeof(item.value) when 'string' then crm.redact_encoded(item.value) else crm.redact_below(item.value, 19) end
        order by item.position
      )
      from jsonb_array_elements(value) with ordinality as item (value, position)
    )
    else crm.redact_below(value, 20)
  end
$$;

-- Whether there is a name of a field in a JSON text that may be one of a secret.
create or replace function crm.may_name_a_secret(content text) returns boolean
language sql immutable parallel safe
as $$ select content ~* '"[^"]*(passw|salt|secret|token|otp|code)[^"]*" *:' $$;

-- A row, or an entry of one that is a list, which is JSON once more inside a text, as some older installs stored it. Nothing can be cut
-- out of it, so all of it stays. Texts further in are what people typed.
create or replace function crm.redact_encoded(value jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select case when value #>> '{}' ~ '^\s*["{[]' and crm.may_name_a_secret(value::text) then 'null' else value end
$$;

-- Further in than `levels` nothing is shown: no row of ours is that deep, and the recursion would exhaust the stack.
create or replace function crm.redact_below(value jsonb, levels integer) returns jsonb
language plpgsql immutable parallel safe
as $$
begin
  if jsonb_typeof(value) in ('object', 'array') and levels = 0 then
    return null;
  end if;
  if jsonb_typeof(value) = 'object' then
    return coalesce((
      select jsonb_object_agg(member.key, case when member.key in ('fields', 'utm') then member.value else crm.redact_below(member.value, levels - 1) end)
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

-- Whether crm.redact would take something from a row: then its text is never given and stands in no sum. Nearly all rows have none of
-- its words, which is quicker to see.
create or replace function crm.is_withheld(value jsonb) returns boolean
language sql immutable parallel safe
as $$
  select case when value::text ~* 'passw|salt|secret|token|otp|code' then value <> crm.redact(value) else false end
$$;

-- Takes a locked order out of the table and of its user's list and totals; the index is left to the caller, who may remove several.
create or replace function crm.remove_order(id text, value jsonb) returns void
language plpgsql volatile
as $$
begin
  perform crm.credit_user(value ->> 'userId', value, null);
  perform crm.remove_from_orders_list(value ->> 'userId', id);
  perform crm.delete_record('order:' || id);
end $$;

-- payload: {actor}; removes the demo records, edited or not, and what the log said of them. A demo user who has other orders by now
-- is kept for them. Gives {removed: {leads, users, orders}, kept: {users}}.
create or replace function public.crm_remove_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  lead_ids text[];
  order_ids text[];
  user_ids text[];
  used_ids text[];
  found_row record;
begin
  perform pg_advisory_xact_lock(hashtext('crm seed'));
  perform crm.act_as(payload ->> 'actor');
  lead_ids := crm.lock_records('lead', array(select id from crm.seed_leads()));
  perform crm.delete_record('lead:' || id) from unnest(lead_ids) as id;
  perform crm.unlink_leads(id) from crm.seed_users() where not exists (
    select from crm.matching_orders(jsonb_build_object('userId', id)) as other where substr(other.key, 7) not in (select seed.id from crm.seed_orders() as seed)
  );
  order_ids := crm.lock_records('order', array(select id from crm.seed_orders()));
  user_ids := crm.lock_records('user', array(select id from crm.seed_users()));
  for found_row in select key, value from public.kv_store_3cbf86a5 where key in (select 'order:' || id from unnest(order_ids) as id) order by key loop
    perform crm.remove_order(substr(found_row.key, 7), found_row.value);
  end loop;
  used_ids := array(select id from unnest(user_ids) as id where exists (select from crm.matching_orders(jsonb_build_object('userId', id))));
  user_ids := array(select unnest(user_ids) except select unnest(used_ids));
  for found_row in select key, value from public.kv_store_3cbf86a5 where key in (select 'user:' || id from unnest(user_ids) as id) order by key loop
    perform crm.remove_user(substr(found_row.key, 6), found_row.value);
  end loop;

  perform crm.remove_ids('leads', lead_ids) where lead_ids <> '{}';
  perform crm.remove_ids('orders', order_ids) where order_ids <> '{}';
  perform crm.remove_ids('users', user_ids) where user_ids <> '{}';
  return jsonb_build_object(
    'removed', jsonb_build_object('leads', cardinality(lead_ids), 'users', cardinality(user_ids), 'orders', cardinality(order_ids)),
    'kept', jsonb_build_object('users', cardinality(used_ids))
  );
end $$;

-- Takes a locked user and the lookup of their email out of the table; the index is left to the caller. Raises CRM09 while the user
-- has orders: those are accounts of money, which do not vanish on the side.
create or replace function crm.remove_user(id text, value jsonb) returns void
language plpgsql volatile
as $$
declare
  orders bigint := (select count(*) from crm.matching_orders('{}') as found where found.value ->> 'userId' = id);
begin
  if orders > 0 then
    raise exception 'The user % has orders (%). Delete those first, or set accountStatus to suspended and keep everything.', id, orders using errcode = 'CRM09', detail = '{"reason": "user_has_orders"}';
  end if;
  if exists (select from crm.matching_leads('{}') as lead where lead.value ->> 'convertedToUserId' = id) then
    raise exception 'A lead was just converted to the user %. Try again.', id using errcode = 'CRM09';
  end if;
  perform crm.release_email(value ->> 'email', id);
  perform crm.delete_record('user:' || id);
  delete from public.kv_store_3cbf86a5 where key = 'user:' || id || ':orders';
end $$;

-- payload: {dryRun?, actor}; rewrites the derived rows that are wrong: indexes, lookups of emails, lists of orders, totals in the rows of
-- users. No record is added, removed or changed otherwise. Gives {changeCount, changes, report}: the first 200 changes and the report
-- after them; a dry run writes nothing. Raises CRM03.
-- PostgREST takes statement_timeout from here and so ends what the API does not wait for any more (CALL_MS of database.ts).
create or replace function public.crm_repair_sync(payload jsonb) returns jsonb
language plpgsql volatile
set jit = off set enable_nestloop = off set work_mem = '64MB' set lock_timeout = '5s' set statement_timeout = '14s'
as $$
declare
  is_dry boolean := coalesce((payload ->> 'dryRun')::boolean, false);
  wrong_count bigint;
  repaired jsonb;
begin
  perform crm.require_all_rows();
  perform crm.act_as(payload ->> 'actor');
  if not is_dry then
    select count(*) into wrong_count from crm.derived_changes();
    if wrong_count = 0 then
      return crm.repair_reply(0, null) || jsonb_build_object('report', public.crm_get_sync('{}'));
    end if;
    -- Before any row, so that it waits for nobody who waits for us: each writer comes before or after, readers go on.
    lock table public.kv_store_3cbf86a5 in exclusive mode;
  end if;

  -- A statement of its own, so that it sees what those who were waited for have stored.
  if is_dry then
    -- Without a write in it, it waits for nobody.
    select crm.repair_reply(count(*), array_agg(crm.describe_repair(key, code, old_value, new_value) order by place) filter (where place <= 200))
    into repaired
    from (select *, row_number() over (order by key collate "C") as place from crm.derived_changes()) as wrong;
  else
    with wrong as materialized (
      select *, row_number() over (order by key collate "C") as place from crm.derived_changes()
    ), written as (
      insert into public.kv_store_3cbf86a5 (key, value) select key, new_value from wrong where new_value is not null
      on conflict (key) do update set value = excluded.value
    ), removed as (
      delete from public.kv_store_3cbf86a5 where key in (select key from wrong where new_value is null)
    )
    select crm.repair_reply(count(*), array_agg(crm.describe_repair(key, code, old_value, new_value) order by place) filter (where place <= 200))
    into repaired
    from wrong;
  end if;
  return repaired || jsonb_build_object('report', public.crm_get_sync('{}'));
end $$;

create or replace function crm.repair_reply(count bigint, shown jsonb[]) returns jsonb
language sql immutable
return jsonb_build_object('changeCount', count, 'changes', coalesce(to_jsonb(shown), '[]'));

-- One change as shared/sync.ts has it. Of a user's row only the totals are told.
create or replace function crm.describe_repair(key text, code text, old_value jsonb, new_value jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'key', describe_repair.key, 'code', describe_repair.code,
    'action', case when old_value is null then 'create' when new_value is null then 'delete' else 'update' end,
    'removed', jsonb_path_query_array(less.ids, '$[0 to 19]'), 'removedCount', jsonb_array_length(less.ids),
    'added', jsonb_path_query_array(more.ids, '$[0 to 19]'), 'addedCount', jsonb_array_length(more.ids),
    'fields', case describe_repair.code when 'totals.mismatch' then (
      select coalesce(jsonb_object_agg(name, jsonb_build_object('to', new_value -> name)
        || case when old_value ? name then jsonb_build_object('from', crm.redact(old_value -> name)) else '{}' end), '{}')
      from jsonb_object_keys(crm.stored_totals(old_value)) as name
      where old_value -> name is distinct from new_value -> name
    ) else '{}' end
  )
  from crm.ids_missing_from(new_value, old_value) as less (ids), crm.ids_missing_from(old_value, new_value) as more (ids)
$$;

-- The ids of a list or a lookup, each as often as `base` lacks it.
create or replace function crm.ids_missing_from(base jsonb, candidate jsonb) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(left(id, 200) order by id collate "C" desc), '[]')
  from (
    select id from crm.listed_ids(case jsonb_typeof(candidate) when 'string' then jsonb_build_array(candidate) else candidate end)
    except all
    select id from crm.listed_ids(case jsonb_typeof(base) when 'string' then jsonb_build_array(base) else base end)
  ) as lacking
$$;

-- Raises CRM03 when row level security hides rows from this role: they would be missing from every answer without an error.
create or replace function crm.require_all_rows() returns void
language plpgsql stable
as $$
begin
  if row_security_active('public.kv_store_3cbf86a5') then
    raise exception 'Row level security hides rows from the role of this API. Its owner must give it the secret key of the project, or a role with bypassrls.' using errcode = 'CRM03', detail = '{"reason": "rows_hidden"}';
  end if;
end $$;

-- The demo leads: every source and every status once or twice; one became a demo user (crm.seed_users). Their ids sort before all others, so that whatever is real
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
      "email": "farid.rahman@example.com", "name": "Farid Abdul Rahman", "phone": "+60 19-555 0178", "source": "consultation", "status": "converted", "convertedToUserId": "user_0000000000001_seeduser1",
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

-- The demo orders, as crm.seed_leads: one delivered, one on its way, one not paid yet. `steps` are the entries of the timeline, each
-- with how long before the moment of seeding it was; the last one is the order's status.
create or replace function crm.seed_orders() returns table (id text, user_id text, details jsonb, steps jsonb)
language sql immutable
as $$
  select 'order_000000000000' || number || '_seedorder' || number, user_id, details, steps
  from (values
    (1, 'user_0000000000001_seeduser1', '{
      "items": [
        {"name": "Soft-close base cabinet", "quantity": 8, "price": 780}, {"name": "Solid-surface worktop, 3.2 m", "quantity": 1, "price": 6800},
        {"name": "Pendant lamp, brushed brass", "quantity": 3, "price": 329.9}
      ],
      "tax": 1122.38, "shipping": 150, "discount": 500, "paymentMethod": "bank transfer", "paymentStatus": "paid", "trackingNumber": "MY-EXP-552901",
      "shippingAddress": {"recipient": "Farid Abdul Rahman", "line1": "27 Jalan Kristal 7/2", "postcode": "40000", "city": "Shah Alam", "state": "Selangor", "country": "Malaysia"}
    }'::jsonb, '[
      {"status": "pending-payment", "ago": "15 days"}, {"status": "processing", "ago": "14 days 20 hours", "note": "Deposit and balance received."},
      {"status": "ready-to-ship", "ago": "8 days"}, {"status": "in-transit", "ago": "7 days 4 hours"}, {"status": "arriving", "ago": "6 days 6 hours"},
      {"status": "out-for-delivery", "ago": "6 days 2 hours"}, {"status": "delivered", "ago": "5 days 22 hours", "note": "Signed for by the owner."}
    ]'::jsonb),
    (2, 'user_0000000000003_seeduser3', '{
      "items": [{"name": "Rattan lounge chair", "quantity": 2, "price": 1249}, {"name": "Linen sofa, three seats", "quantity": 1, "price": 4590}],
      "tax": 567.04, "shipping": 220, "discount": 0, "paymentMethod": "card", "paymentStatus": "paid", "trackingNumber": "MY-EXP-553377",
      "shippingAddress": {"recipient": "Chan Siew Hoon", "line1": "88 Lebuh Armenian", "postcode": "10200", "city": "George Town", "state": "Penang", "country": "Malaysia"}
    }', '[
      {"status": "pending-payment", "ago": "4 days 9 hours"}, {"status": "processing", "ago": "4 days 8 hours"},
      {"status": "ready-to-ship", "ago": "2 days"}, {"status": "in-transit", "ago": "1 day 3 hours", "note": "On the lorry to Penang."}
    ]'),
    (3, 'user_0000000000002_seeduser2', '{
      "items": [{"name": "Oak study desk, 140 cm", "quantity": 2, "price": 1150.5}, {"name": "Task lamp", "quantity": 2, "price": 189.9}],
      "tax": 214.46, "shipping": 80, "discount": 100, "paymentMethod": "card", "paymentStatus": "pending",
      "shippingAddress": {"recipient": "Kavitha Rajendran", "line1": "B-12-3 Residensi Damai", "line2": "Jalan Kiara 3", "postcode": "50480", "city": "Kuala Lumpur", "country": "Malaysia"}
    }', '[{"status": "pending-payment", "ago": "22 hours"}]')
  ) as seed (number, user_id, details, steps)
$$;

-- The demo users, as crm.seed_leads; in the order of their emails, in which these are claimed.
create or replace function crm.seed_users() returns table (id text, age interval, details jsonb)
language sql immutable
as $$
  select 'user_000000000000' || number || '_seeduser' || number, age, details
  from (values
    (1, interval '15 days 6 hours', '{
      "email": "farid.rahman@example.com", "name": "Farid Abdul Rahman", "phone": "+60 19-555 0178", "accountStatus": "active",
      "address": {"line1": "27 Jalan Kristal 7/2", "postcode": "40000", "city": "Shah Alam", "state": "Selangor", "country": "Malaysia"},
      "preferences": {"style": "warm modern", "rooms": ["kitchen", "dining"], "newsletter": true}, "tags": ["landed house"]
    }'::jsonb),
    (2, interval '13 days 1 hour', '{
      "email": "kavitha.raj@example.com", "name": "Kavitha Rajendran", "phone": "+60 12-555 0155", "accountStatus": "active",
      "address": {"line1": "B-12-3 Residensi Damai", "line2": "Jalan Kiara 3", "postcode": "50480", "city": "Kuala Lumpur", "country": "Malaysia"},
      "preferences": {"style": "Scandinavian", "rooms": ["home office"], "newsletter": false}, "tags": ["condominium"]
    }'),
    (3, interval '9 days 8 hours', '{
      "email": "siewhoon.chan@example.com", "name": "Chan Siew Hoon", "phone": "+60 16-555 0131", "accountStatus": "active",
      "address": {"line1": "88 Lebuh Armenian", "postcode": "10200", "city": "George Town", "state": "Penang", "country": "Malaysia"},
      "preferences": {"style": "Peranakan", "rooms": ["living room"], "newsletter": true}, "tags": ["heritage", "referral"]
    }')
  ) as seed (number, age, details)
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
  lead := crm.insert_record('lead:' || id, lead, stored_at);
  perform crm.prepend_id('leads', head, id);
  return jsonb_build_object('leadId', id, 'receipt', crm.receipt('lead:' || id, lead, stored_at));
end $$;

-- Writes one new user, the lookup of their email and their place in the index. Gives {key, value}, or null when somebody has the
-- email already.
create or replace function crm.store_user(details jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  head jsonb;
  id text;
  stored_at timestamptz;
  value jsonb;
begin
  -- Before the index is locked, as it may have to wait for somebody else; whose it is can be said only after.
  if not crm.claim_email(details ->> 'email', '') then
    return null;
  end if;
  head := crm.lock_index('users');
  id := crm.new_id('user', crm.next_milliseconds(head));
  stored_at := date_trunc('milliseconds', clock_timestamp());
  value := details || jsonb_build_object(
    'id', id, 'signupDate', crm.iso(stored_at), 'updatedAt', crm.iso(stored_at), 'totalOrders', 0, 'totalSpent', 0, 'loyaltyPoints', 0
  );
  value := crm.insert_record('user:' || id, value, stored_at);
  update public.kv_store_3cbf86a5 as lookup set value = to_jsonb(id) where key = crm.email_key(details ->> 'email');
  perform crm.prepend_id('users', head, id);
  return jsonb_build_object('key', 'user:' || id, 'value', value);
end $$;

-- payload: {keys, nonce?}
-- gives {nonce, rows: [{key, text}], withheld, page: {count, digest}, missing, asOf, changesCursor}: the rows of these keys as
-- Postgres stores them, all of one snapshot. Raises CRM03.
create or replace function public.crm_get_stored_rows(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  keys text[] := array(select jsonb_array_elements_text(payload -> 'keys'));
begin
  perform crm.require_all_rows();
  return crm.stored_texts(keys) || jsonb_build_object(
    'nonce', payload -> 'nonce',
    'missing', (
      select coalesce(jsonb_agg(distinct asked), '[]') from unnest(keys) as asked
      where not exists (select from public.kv_store_3cbf86a5 where key = asked)
    )
  );
end $$;

-- payload: {entity, after?, limit, whole, nonce?}
-- gives {nonce, entity, rows: [{key, text}], withheld, page: {count, digest}, nextAfter, whole, asOf, changesCursor}: the records of
-- one kind by key, ascending, as Postgres stores them, and its own sums of them, all of one snapshot. Raises CRM03.
-- A page ends at `limit` rows, or at 8 MB: old installs have photos in rows, and more than an edge function or jsonb can hold.
-- The "C" index gives them in their order. A planner that has not yet analyzed the table would rather sort all of it for each page.
create or replace function public.crm_list_stored_rows(payload jsonb) returns jsonb
language plpgsql stable set enable_sort = off
as $$
declare
  entity text := payload ->> 'entity';
  keys text[] := '{}';
  octets bigint := 0;
  is_more boolean := false;
  next record;
begin
  perform crm.require_all_rows();
  for next in
    select found.key, octet_length(found.value::text) as octets from crm.entity_rows(entity) as found
    where found.key collate "C" > coalesce(payload ->> 'after', '')
    order by found.key collate "C"
    limit (payload ->> 'limit')::integer + 1
  loop
    octets := octets + next.octets;
    is_more := cardinality(keys) = (payload ->> 'limit')::integer or (octets > 8000000 and keys <> '{}');
    exit when is_more;
    keys := keys || next.key;
  end loop;
  return crm.stored_texts(keys) || jsonb_build_object(
    'nonce', payload -> 'nonce',
    'entity', entity,
    'nextAfter', case when is_more then keys[cardinality(keys)] end,
    'whole', case when (payload -> 'whole')::boolean then crm.entity_sum(entity) end
  );
end $$;

-- What an outside witness is shown. A row that holds a secret is withheld: its text is not given and it is in no sum, since a
-- digest of a text that nobody else may see proves nothing.

-- {rows: [{key, text}], withheld, page, asOf, changesCursor} of those of these keys that are there, in the order of their keys.
create or replace function crm.stored_texts(keys text[]) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'rows', coalesce(
      jsonb_agg(jsonb_build_object('key', key, 'text', value_text) order by key collate "C") filter (where not withheld), '[]'
    ),
    'withheld', coalesce(jsonb_agg(key order by key collate "C") filter (where withheld), '[]'),
    'page', jsonb_build_object(
      'count', count(*) filter (where not withheld),
      'digest', crm.digest_sum(array_agg(crm.row_digest(key, value_text)) filter (where not withheld))
    ),
    'asOf', crm.iso(now()),
    'changesCursor', crm.changes_cursor()
  )
  from (
    select key, value::text as value_text, value <> crm.redact(value) as withheld
    from public.kv_store_3cbf86a5 where key = any (keys) offset 0
  ) as found
$$;

-- Every text inside a value, a line each, without the names of its fields: nobody who searches for "city" means those.
create or replace function crm.texts_in(value jsonb) returns text
language sql immutable
as $$
  select string_agg(found #>> '{}', E'\n') from jsonb_path_query(texts_in.value, 'strict $.** ? (@.type() == "string")') as found
$$;

-- A moment as JavaScript's toISOString() writes it.
create or replace function crm.iso(moment timestamptz) returns text
language sql immutable parallel safe
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

-- Takes the mention of a user out of the leads they came from. Leads lock before users, so this goes before crm.remove_user.
create or replace function crm.unlink_leads(user_id text) returns void
language plpgsql volatile
as $$
declare
  lead_key text;
  lead jsonb;
begin
  for lead_key in select key from crm.matching_leads('{}') where value ->> 'convertedToUserId' = user_id order by key collate "C" loop
    select value into lead from public.kv_store_3cbf86a5 where key = lead_key and value ->> 'convertedToUserId' = user_id for update;
    if found then
      perform crm.update_record(
        lead_key, lead - 'convertedToUserId' || jsonb_build_object('updatedAt', crm.next_version(lead ->> 'updatedAt'))
      );
    end if;
  end loop;
end $$;

-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay.
-- Gives {key, value}. Raises CRM04, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_lead(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  lead_key text := 'lead:' || (payload ->> 'id');
  old_value jsonb := crm.lock_record('lead', payload ->> 'id', payload ->> 'ifMatch');
  new_value jsonb := crm.patch_record('lead', payload ->> 'id', old_value, payload -> 'patch');
begin
  perform crm.act_as(payload ->> 'actor');
  if new_value <> old_value then
    new_value := crm.update_record(
      lead_key, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
  end if;
  return jsonb_build_object('key', lead_key, 'value', crm.redact(new_value));
end $$;

-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay; sums that are left out follow.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM05, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_order(payload jsonb) returns jsonb
language sql volatile
as $$
  select crm.change_order(payload ->> 'id', payload ->> 'ifMatch', payload -> 'patch', null, payload ->> 'actor')
$$;

-- payload: {id, note, status?, ifMatch?, actor}; adds an entry to the timeline and takes the step it names.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM09.
create or replace function public.crm_add_order_event(payload jsonb) returns jsonb
language sql volatile
as $$
  select crm.change_order(
    payload ->> 'id', payload ->> 'ifMatch', jsonb_strip_nulls(jsonb_build_object('status', payload -> 'status')),
    payload ->> 'note', payload ->> 'actor'
  )
$$;

-- Merges a patch into an order and, for a new status or a note, adds one entry to its timeline; corrects the totals of its user.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM05, and CRM09 also for a step that the workflow does not have.
create or replace function crm.change_order(id text, if_match text, patch jsonb, note text, actor text) returns jsonb
language plpgsql volatile
as $$
declare
  old_value jsonb := crm.lock_record('order', id, if_match);
  new_value jsonb := crm.patch_record('order', id, old_value, patch);
  is_step boolean := new_value ->> 'status' is distinct from old_value ->> 'status';
begin
  perform crm.act_as(actor);
  if is_step then
    perform crm.require_step(old_value ->> 'status', new_value ->> 'status');
    new_value := new_value || jsonb_build_object('completed', new_value ->> 'status' = 'delivered');
    if new_value ->> 'status' in ('processing', 'refunded') and not patch ? 'paymentStatus' then
      new_value := new_value || jsonb_build_object('paymentStatus', case new_value ->> 'status' when 'processing' then 'paid' else 'refunded' end);
    end if;
  end if;
  if patch ? 'items' then
    new_value := new_value || jsonb_build_object('items', crm.keep_item_fields(patch -> 'items', coalesce(old_value -> 'items', '[]')));
  end if;
  if patch ?| array['items', 'subtotal', 'tax', 'shipping', 'discount', 'total'] then
    new_value := new_value || crm.order_sums(new_value, patch);
  end if;
  if is_step or note is not null then
    new_value := new_value || jsonb_build_object('timeline', coalesce(nullif(new_value -> 'timeline', 'null'), '[]')
      || crm.timeline_entry(new_value ->> 'status', note, actor));
  end if;
  if new_value <> old_value then
    new_value := crm.update_record(
      'order:' || id, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
    if crm.order_worth(new_value) <> crm.order_worth(old_value) then
      perform crm.credit_user(new_value ->> 'userId', old_value, new_value);
    end if;
  end if;
  return crm.show_order('order:' || id, new_value);
end $$;

-- New items with what older installs have stored beside the fields we know, from the old item of the same name: the first of a name
-- goes with the first, and so on.
create or replace function crm.keep_item_fields(items jsonb, old_items jsonb) returns jsonb
language sql immutable
as $$
  with new_items as (
    select item, at, row_number() over (partition by item -> 'name' order by at) as nth
    from jsonb_array_elements(items) with ordinality as entry (item, at)
  ), old as (
    select item, row_number() over (partition by item -> 'name' order by at) as nth
    from jsonb_path_query(old_items, 'lax $[*]') with ordinality as entry (item, at) where jsonb_typeof(item) = 'object'
  )
  select jsonb_agg(coalesce(kept.fields, '{}') || new_items.item order by new_items.at)
  from new_items left join old on old.item -> 'name' = new_items.item -> 'name' and old.nth = new_items.nth
  left join lateral (
    select jsonb_object_agg(key, value) as fields from jsonb_each(old.item)
    where key not in ('name', 'quantity', 'price') and (key not in ('productId', 'variant') or jsonb_typeof(value) <> 'string')
  ) as kept on true
$$;

-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay; a new email moves the lookup.
-- Gives {key, value}. Raises CRM04, and CRM09 also when somebody else has the new email.
create or replace function public.crm_update_user(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  id text := payload ->> 'id';
  old_value jsonb := crm.lock_record('user', id, payload ->> 'ifMatch');
  new_value jsonb := crm.patch_record('user', id, old_value, payload -> 'patch');
begin
  perform crm.act_as(payload ->> 'actor');
  if new_value <> old_value then
    perform crm.move_email(id, old_value ->> 'email', new_value ->> 'email');
    new_value := crm.update_record(
      'user:' || id, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
  end if;
  return jsonb_build_object('key', 'user:' || id, 'value', crm.redact(new_value));
end $$;

-- `user:email:<address>` says whose an email is. Its key is what makes emails unique.
create or replace function crm.email_key(email text) returns text
language sql immutable parallel safe
as $$ select 'user:email:' || crm.email_form(email) $$;

-- The key of the user who has this email, or null; a lookup that leads nowhere or to another email counts for nothing.
create or replace function crm.user_with_email(email text) returns text
language sql volatile
as $$
  select found.key from public.kv_store_3cbf86a5 as lookup
  join public.kv_store_3cbf86a5 as found on found.key = 'user:' || (lookup.value #>> '{}')
  where lookup.key = crm.email_key(user_with_email.email) and crm.email_form(found.value ->> 'email') = crm.email_form(user_with_email.email)
$$;

-- Makes an email this user's; gives false when another user has it. Two who claim one email at once wait for each other; who gets
-- false holds no lock on it. Raises CRM09 for one that is too long for a key.
create or replace function crm.claim_email(email text, id text) returns boolean
language plpgsql volatile
as $$
declare
  owner jsonb;
begin
  if octet_length(email) > 1000 then
    raise exception 'The email is too long for a user.' using errcode = 'CRM09';
  end if;
  -- One who has just given the email free is met once or twice; for ever only a row that is never written.
  for attempt in 1 .. 100 loop
    insert into public.kv_store_3cbf86a5 (key, value) values (crm.email_key(email), to_jsonb(id)) on conflict (key) do nothing;
    if found then
      return true;
    end if;
    -- Statements of their own, so that they see what the one that was waited for has stored.
    select value into owner from public.kv_store_3cbf86a5 where key = crm.email_key(email);
    if crm.user_with_email(email) <> 'user:' || id then
      return false;
    end if;
    update public.kv_store_3cbf86a5 set value = to_jsonb(id) where key = crm.email_key(email) and value = owner;
    if found then
      return true;
    end if;
  end loop;
  perform crm.refuse_write();
end $$;

-- Gives an email free, if it is this user's.
create or replace function crm.release_email(email text, id text) returns void
language sql volatile
as $$ delete from public.kv_store_3cbf86a5 where key = crm.email_key(email) and value = to_jsonb(id) $$;

-- Makes the lookup of a user follow their email. Raises CRM09 when somebody else has the new one.
create or replace function crm.move_email(id text, old_email text, new_email text) returns void
language plpgsql volatile
as $$
begin
  if crm.email_key(old_email) = crm.email_key(new_email) then
    return;
  end if;
  -- In the order of the keys: two users who swap their emails would wait for each other for ever.
  if crm.email_key(old_email) collate "C" < crm.email_key(new_email) then
    perform crm.release_email(old_email, id);
  end if;
  if not crm.claim_email(new_email, id) then
    raise exception 'Another user has this email already.' using errcode = 'CRM09', detail = '{"reason": "email_taken"}';
  end if;
  perform crm.release_email(old_email, id);
end $$;

-- What crm_get_stats says of users, in one pass over their rows. A month begins where the chart's time zone says.
create or replace function crm.user_figures(month_start timestamptz) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object(
      'totalUsers', count(*),
      'activeUsers', count(*) filter (where value ->> 'accountStatus' = 'active'),
      'newUsersThisMonth', count(*) filter (where value ->> 'signupDate' collate "C" >= (select crm.iso(month_start)) and crm.minute_number(value ->> 'signupDate') is not null)
    )
    from public.kv_store_3cbf86a5
    where key collate "C" >= 'user:user_' and key collate "C" < 'user:user`' and right(key, 7) <> ':orders'
      and (not (select crm.has_stray_keys()) or key ~ '^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$')
  );
end $$;

-- What keeps a value from being the user of this id, or null. The rules of `user` in shared/user.ts; a test keeps the two equal.
create or replace function crm.user_problem(id text, value jsonb) returns text
language sql immutable parallel safe
as $$
  select case
    when value ->> 'id' is distinct from user_problem.id then 'id: not ' || user_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    -- Most rows are right, and one look says so. It makes no query of its own, so that those over all rows can inline it.
    when not jsonb_path_exists(value, '$ ? (
      @.name.type() != "string" || @.phone.type() != "string" || @.accountStatus.type() != "string" ||
      @.signupDate.type() != "string" || @.updatedAt.type() != "string" || @.lastLogin.type() != "string" ||
      @.totalOrders.type() != "number" || @.totalSpent.type() != "number" || @.loyaltyPoints.type() != "number" ||
      @.seed.type() != "boolean" || @.tags.type() != "array" || @.tags[*].type() != "string" ||
      @.address.type() != "string" && @.address.type() != "object" || @.preferences.type() != "object"
    )') then null
    else crm.user_field_problem(value)
  end
$$;

-- The field that is wrong, and what it is not.
create or replace function crm.user_field_problem(value jsonb) returns text
language sql immutable parallel safe
as $$
  select name || ': no ' || kind
  from (
    select unnest(array['name', 'phone', 'accountStatus', 'signupDate', 'updatedAt', 'lastLogin']) as name,
      'text' as kind, 'strict $ ? (@.type() == "string")'::jsonpath as shape
    union all select unnest(array['totalOrders', 'totalSpent', 'loyaltyPoints']), 'number', 'strict $ ? (@.type() == "number")'
    union all select 'seed', 'true or false', 'strict $ ? (@.type() == "boolean")'
    union all select 'tags', 'list of texts', 'strict $ ? (@.type() == "array") ? (!exists(@[*] ? (@.type() != "string")))'
    union all select 'address', 'text or object', 'strict $ ? (@.type() == "string" || @.type() == "object")'
    union all select 'preferences', 'object', 'strict $ ? (@.type() == "object")'
  ) as rule
  where jsonb_typeof(value -> name) <> 'null' and not jsonb_path_exists(value -> name, shape)
  limit 1
$$;

-- Writes of records that look at what came of them. Somebody's trigger or rule on the table may change a row, or keep it out without an
-- error; what is acknowledged is what is stored. All of them raise CRM03 where the write did not happen.

-- Gives the value as it is stored.
create or replace function crm.insert_record(key text, value jsonb, created_at timestamptz) returns jsonb
language plpgsql volatile
as $$
begin
  insert into public.kv_store_3cbf86a5 (key, value, created_at) values (key, value, created_at);
  return crm.read_back(key, found);
end $$;

-- Gives the value as it is stored.
create or replace function crm.update_record(key text, value jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  update public.kv_store_3cbf86a5 as kv set value = update_record.value where kv.key = update_record.key;
  return crm.read_back(key, found);
end $$;

create or replace function crm.delete_record(key text) returns void
language plpgsql volatile
as $$
begin
  delete from public.kv_store_3cbf86a5 as kv where kv.key = delete_record.key;
  if not found or exists (select from public.kv_store_3cbf86a5 as kv where kv.key = delete_record.key) then
    perform crm.refuse_write();
  end if;
end $$;

-- Read anew and not returned by the write, as triggers may also act after it.
create or replace function crm.read_back(key text, was_written boolean) returns jsonb
language plpgsql volatile
as $$
declare
  stored jsonb := (select kv.value from public.kv_store_3cbf86a5 as kv where kv.key = read_back.key and was_written);
begin
  if stored is null then
    perform crm.refuse_write();
  end if;
  return stored;
end $$;

create or replace function crm.refuse_write() returns void
language plpgsql volatile
as $$
begin
  raise exception 'A trigger or rule on the table keeps rows from being stored as they are sent, so nothing was written. Its owner must remove it; Test Connection names it.' using errcode = 'CRM03', detail = '{"reason": "write_kept_out"}';
end $$;

-- What every run ends with.

-- After a dump was restored into another cluster, entries may carry transaction ids from its future. They are all committed:
-- as the oldest of all they keep their order among themselves and hide nothing that follows.
update crm.changes set xid = '3' where xid >= pg_snapshot_xmax(pg_current_snapshot()) and xid <> pg_current_xact_id();

-- The API asks for this version, the number of the last migration.
insert into crm.settings (name, value)
values ('schema', jsonb_build_object('version', (select max(number) from crm.migrations), 'table', 'kv_store_3cbf86a5'))
on conflict (name) do update set value = excluded.value where settings.value <> excluded.value;

-- What was just made, so that a function that somebody edits, drops or adds later is noticed (crm_get_schema). One that shares the name of
-- ours and was not made just now is somebody else's already: calls may reach it instead.
insert into crm.settings (name, value)
select 'functions', crm.function_digests() - array(
  select crm.function_name(other.oid)
  from pg_catalog.pg_proc other join pg_catalog.pg_proc made on made.pronamespace = other.pronamespace and made.proname = other.proname
  where made.xmin = pg_current_xact_id()::xid and other.xmin <> pg_current_xact_id()::xid
)
on conflict (name) do update set value = excluded.value where settings.value <> excluded.value;

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
    grant select, insert, update on crm.submissions, crm.order_numbers to service_role;
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
