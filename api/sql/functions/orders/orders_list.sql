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
