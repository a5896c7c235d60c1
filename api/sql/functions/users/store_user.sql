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
