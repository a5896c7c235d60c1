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
