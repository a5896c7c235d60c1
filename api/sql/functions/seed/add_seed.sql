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
