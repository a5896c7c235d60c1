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
