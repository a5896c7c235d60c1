-- payload: {dryRun?, actor}; rewrites the derived rows that are wrong: indexes, lookups of emails, lists of orders, totals in the rows of
-- users. No record is added, removed or changed otherwise. Gives {changeCount, changes, report}: the first 200 changes and the report
-- after them; a dry run writes nothing. Raises CRM03.
-- PostgREST takes statement_timeout from here and so ends what the API does not wait for any more (CALL_MS of database.ts).
create or replace function public.crm_repair_sync(payload jsonb) returns jsonb
language plpgsql volatile
set jit = off set enable_nestloop = off set work_mem = '64MB' set lock_timeout = '5s' set statement_timeout = '14s'
as $$
declare
  is_dry boolean := coalesce((payload ->> 'dryRun')::boolean, false);
  wrong_count bigint;
  repaired jsonb;
begin
  perform crm.require_all_rows();
  perform crm.act_as(payload ->> 'actor');
  if not is_dry then
    select count(*) into wrong_count from crm.derived_changes();
    if wrong_count = 0 then
      return crm.repair_reply(0, null) || jsonb_build_object('report', public.crm_get_sync('{}'));
    end if;
    -- Before any row, so that it waits for nobody who waits for us: each writer comes before or after, readers go on.
    lock table public.kv_store_3cbf86a5 in exclusive mode;
  end if;

  -- A statement of its own, so that it sees what those who were waited for have stored.
  if is_dry then
    -- Without a write in it, it waits for nobody.
    select crm.repair_reply(count(*), array_agg(crm.describe_repair(key, code, old_value, new_value) order by place) filter (where place <= 200))
    into repaired
    from (select *, row_number() over (order by key collate "C") as place from crm.derived_changes()) as wrong;
  else
    with wrong as materialized (
      select *, row_number() over (order by key collate "C") as place from crm.derived_changes()
    ), written as (
      insert into public.kv_store_3cbf86a5 (key, value) select key, new_value from wrong where new_value is not null
      on conflict (key) do update set value = excluded.value
    ), removed as (
      delete from public.kv_store_3cbf86a5 where key in (select key from wrong where new_value is null)
    )
    select crm.repair_reply(count(*), array_agg(crm.describe_repair(key, code, old_value, new_value) order by place) filter (where place <= 200))
    into repaired
    from wrong;
  end if;
  return repaired || jsonb_build_object('report', public.crm_get_sync('{}'));
end $$;

create or replace function crm.repair_reply(count bigint, shown jsonb[]) returns jsonb
language sql immutable
return jsonb_build_object('changeCount', count, 'changes', coalesce(to_jsonb(shown), '[]'));

-- One change as shared/sync.ts has it. Of a user's row only the totals are told.
create or replace function crm.describe_repair(key text, code text, old_value jsonb, new_value jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'key', describe_repair.key, 'code', describe_repair.code,
    'action', case when old_value is null then 'create' when new_value is null then 'delete' else 'update' end,
    'removed', jsonb_path_query_array(less.ids, '$[0 to 19]'), 'removedCount', jsonb_array_length(less.ids),
    'added', jsonb_path_query_array(more.ids, '$[0 to 19]'), 'addedCount', jsonb_array_length(more.ids),
    'fields', case describe_repair.code when 'totals.mismatch' then (
      select coalesce(jsonb_object_agg(name, jsonb_build_object('to', new_value -> name)
        || case when old_value ? name then jsonb_build_object('from', crm.redact(old_value -> name)) else '{}' end), '{}')
      from jsonb_object_keys(crm.stored_totals(old_value)) as name
      where old_value -> name is distinct from new_value -> name
    ) else '{}' end
  )
  from crm.ids_missing_from(new_value, old_value) as less (ids), crm.ids_missing_from(old_value, new_value) as more (ids)
$$;

-- The ids of a list or a lookup, each as often as `base` lacks it.
create or replace function crm.ids_missing_from(base jsonb, candidate jsonb) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(left(id, 200) order by id collate "C" desc), '[]')
  from (
    select id from crm.listed_ids(case jsonb_typeof(candidate) when 'string' then jsonb_build_array(candidate) else candidate end)
    except all
    select id from crm.listed_ids(case jsonb_typeof(base) when 'string' then jsonb_build_array(base) else base end)
  ) as lacking
$$;
