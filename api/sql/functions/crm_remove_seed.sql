-- payload: {actor}; removes the demo records, edited or not, and what the log said of them. A demo user who has other orders by now
-- is kept for them. Gives {removed: {leads, users, orders}, kept: {users}}.
create or replace function public.crm_remove_seed(payload jsonb) returns jsonb
language plpgsql volatile
as $$
declare
  lead_ids text[] := array(select id from crm.seed_leads() order by id);
  order_ids text[] := array(select id from crm.seed_orders() order by id);
  user_ids text[] := array(select id from crm.seed_users() order by id);
  found_row record;
  leads integer;
  orders integer := 0;
  users integer := 0;
  kept integer := 0;
begin
  perform crm.act_as(payload ->> 'actor');
  perform from public.kv_store_3cbf86a5 where key in (select 'lead:' || id from unnest(lead_ids) as id) order by key for update;
  delete from public.kv_store_3cbf86a5 where key in (select 'lead:' || id from unnest(lead_ids) as id);
  get diagnostics leads = row_count;
  perform crm.unlink_leads(id) from unnest(user_ids) as id where not exists (
    select from crm.matching_orders(jsonb_build_object('userId', id)) as other where substr(other.key, 7) <> all (order_ids)
  );

  for found_row in
    select key, value from public.kv_store_3cbf86a5 where key in (select 'order:' || id from unnest(order_ids) as id) order by key for update
  loop
    perform crm.remove_order(substr(found_row.key, 7), found_row.value);
    orders := orders + 1;
  end loop;
  for found_row in
    select key, value from public.kv_store_3cbf86a5 where key in (select 'user:' || id from unnest(user_ids) as id) order by key for update
  loop
    if exists (select from crm.matching_orders(jsonb_build_object('userId', substr(found_row.key, 6)))) then
      user_ids := array_remove(user_ids, substr(found_row.key, 6));
      kept := kept + 1;
    else
      perform crm.remove_user(substr(found_row.key, 6), found_row.value);
      users := users + 1;
    end if;
  end loop;

  perform crm.remove_ids('leads', lead_ids) where leads > 0;
  perform crm.remove_ids('orders', order_ids) where orders > 0;
  perform crm.remove_ids('users', user_ids) where users > 0;
  return jsonb_build_object(
    'removed', jsonb_build_object('leads', leads, 'users', users, 'orders', orders), 'kept', jsonb_build_object('users', kept)
  );
end $$;
