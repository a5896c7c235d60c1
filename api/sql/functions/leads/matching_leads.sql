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
