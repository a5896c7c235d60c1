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
