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
    perform crm.list_seed_order(seed.user_id, seed.id);
    perform crm.credit_user(seed.user_id, null, value);
    added := added + 1;
  end loop;
  return added;
end $$;
