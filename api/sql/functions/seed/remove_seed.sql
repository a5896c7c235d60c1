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
