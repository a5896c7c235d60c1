-- What keeps a value from being the user of this id, or null. The rules of `user` in shared/user.ts; a test keeps the two equal.
create or replace function crm.user_problem(id text, value jsonb) returns text
language sql immutable parallel safe
as $$
  select case
    when value ->> 'id' is distinct from user_problem.id then 'id: not ' || user_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    -- Most rows are right, and one look says so. It makes no query of its own, so that those over all rows can inline it.
    when not jsonb_path_exists(value, '$ ? (
      @.name.type() != "string" || @.phone.type() != "string" || @.accountStatus.type() != "string" ||
      @.signupDate.type() != "string" || @.updatedAt.type() != "string" || @.lastLogin.type() != "string" ||
      @.totalOrders.type() != "number" || @.totalSpent.type() != "number" || @.loyaltyPoints.type() != "number" ||
      @.seed.type() != "boolean" || @.tags.type() != "array" || @.tags[*].type() != "string" ||
      @.address.type() != "string" && @.address.type() != "object" || @.preferences.type() != "object"
    )') then null
    else crm.user_field_problem(value)
  end
$$;

-- The field that is wrong, and what it is not.
create or replace function crm.user_field_problem(value jsonb) returns text
language sql immutable parallel safe
as $$
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
$$;
