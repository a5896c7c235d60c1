-- JSON Merge Patch (RFC 7396, section 2): objects merge name by name, null removes a name, everything else replaces.
create or replace function crm.merge_patch(target jsonb, patch jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  base jsonb := case jsonb_typeof(target) when 'object' then target else '{}' end;
begin
  if jsonb_typeof(patch) <> 'object' then
    return patch;
  end if;
  return coalesce((
    select jsonb_object_agg(member.key, member.value)
    from (
      select kept.key, kept.value from jsonb_each(base) as kept where not patch ? kept.key
      union all
      select given.key, crm.merge_patch(base -> given.key, given.value) from jsonb_each(patch) as given
      where given.value <> 'null'
    ) as member
  ), '{}');
end $$;

-- The value with a patch merged in. Raises CRM09 where that is no record of its kind.
create or replace function crm.patch_record(kind text, id text, old_value jsonb, patch jsonb) returns jsonb
language plpgsql stable
as $$
declare
  new_value jsonb := crm.merge_patch(old_value, patch);
  problem text;
begin
  if jsonb_typeof(old_value) <> 'object' then
    raise exception 'The stored row is no JSON object, so it cannot be changed here. Mend it in SQL or delete it.' using errcode = 'CRM09';
  end if;
  problem := case kind
    when 'lead' then crm.lead_problem(id, new_value)
    when 'user' then crm.user_problem(id, new_value)
    when 'order' then crm.order_problem(id, new_value)
  end;
  if problem is not null then
    raise exception 'The stored row would still be no % (%), so nothing was changed. Mend it in SQL or delete it.', kind, problem using errcode = 'CRM09';
  end if;
  return new_value;
end $$;
