-- What keeps a value from being the user of this id, or null. The rules of `user` in shared/user.ts; a test keeps the two equal.
create or replace function crm.user_problem(id text, value jsonb) returns text
language sql immutable
as $$
  select case
    when value ->> 'id' is distinct from user_problem.id then 'id: not ' || user_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    else (
      select name || ': no ' || kind
      from (
        select unnest(array['name', 'phone', 'accountStatus', 'signupDate', 'updatedAt', 'lastLogin']) as name,
          'text' as kind, 'strict $ ? (@.type() == "string")'::jsonpath as shape
        union all select unnest(array['totalOrders', 'totalSpent', 'loyaltyPoints']), 'number', 'strict $ ? (@.type() == "number")'
        union all select 'seed', 'true or false', 'strict $ ? (@.type() == "boolean")'
        union all select 'tags', 'list of texts', 'strict $ ? (@.type() == "array") ? (!exists(@[*] ? (@.type() != "string")))'
        union all select 'address', 'text or object', 'strict $ ? (@.type() == "string" || @.type() == "object")'
        union all select 'preferences', 'object', 'strict $ ? (@.type() == "object")'
      ) as rule
      where jsonb_typeof(value -> name) <> 'null' and not jsonb_path_exists(value -> name, shape)
      limit 1
    )
  end
$$;
