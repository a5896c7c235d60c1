-- Takes a locked order out of the table and of its user's list and totals; the index is left to the caller, who may remove several.
create or replace function crm.remove_order(id text, value jsonb) returns void
language plpgsql volatile
as $$
begin
  perform crm.credit_user(value ->> 'userId', value, null);
  perform crm.remove_from_orders_list(value ->> 'userId', id);
  perform crm.delete_record('order:' || id);
end $$;
