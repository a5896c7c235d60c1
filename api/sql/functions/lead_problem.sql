-- What keeps a value from being the lead of this id, or null. The rules of `lead` in shared/lead.ts; a test keeps the two equal.
create or replace function crm.lead_problem(id text, value jsonb) returns text
language sql immutable
as $$
  select case
    when value ->> 'id' is distinct from lead_problem.id then 'id: not ' || lead_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    else (
      select name || ': no ' || kind
      from (
        select unnest(array[
          'name', 'phone', 'source', 'status', 'budget', 'roomType', 'message', 'notes', 'createdAt', 'updatedAt',
          'convertedToUserId', 'assignedTo', 'page', 'referrer', 'locale'
        ]) as name, 'text' as kind, 'strict $ ? (@.type() == "string")'::jsonpath as shape
        union all select 'seed', 'true or false', 'strict $ ? (@.type() == "boolean")'
        union all select 'interests', 'list of texts', 'strict $ ? (@.type() == "array") ? (!exists(@[*] ? (@.type() != "string")))'
        union all select 'utm', 'object of texts', 'strict $ ? (@.type() == "object") ? (!exists(@.* ? (@.type() != "string")))'
        union all select 'fields', 'object of texts', 'strict $ ? (@.type() == "object") ? (!exists(@.* ? (@.type() != "string")))'
        union all select 'consent', 'consent', 'strict $ ? (@.given.type() == "boolean" && @.text.type() == "string")'
      ) as rule
      where jsonb_typeof(value -> name) <> 'null' and not jsonb_path_exists(value -> name, shape)
      limit 1
    )
  end
$$;
