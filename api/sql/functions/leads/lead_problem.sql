-- What keeps a value from being the lead of this id, or null. The rules of `lead` in shared/lead.ts; a test keeps the two equal.
create or replace function crm.lead_problem(id text, value jsonb) returns text
language sql immutable parallel safe
as $$
  select case
    when value ->> 'id' is distinct from lead_problem.id then 'id: not ' || lead_problem.id
    when jsonb_typeof(value -> 'email') is distinct from 'string' or value ->> 'email' = '' then 'email: no address'
    -- Most rows are right, and one look says so. It makes no query of its own, so that those over all rows can inline it.
    when not jsonb_path_exists(value, '$ ? (
      @.name.type() != "string" || @.phone.type() != "string" || @.source.type() != "string" || @.status.type() != "string" ||
      @.budget.type() != "string" || @.roomType.type() != "string" || @.message.type() != "string" ||
      @.notes.type() != "string" || @.createdAt.type() != "string" || @.updatedAt.type() != "string" ||
      @.convertedToUserId.type() != "string" || @.assignedTo.type() != "string" || @.page.type() != "string" ||
      @.referrer.type() != "string" || @.locale.type() != "string" || @.seed.type() != "boolean" ||
      @.interests.type() != "array" || @.interests[*].type() != "string" || @.utm.type() != "object" ||
      @.utm.*.type() != "string" || @.fields.type() != "object" || @.fields.*.type() != "string" ||
      @.consent.type() != "object" ||
      exists(@.consent) && !(@.consent.given.type() == "boolean" && @.consent.text.type() == "string")
    )') then null
    else crm.lead_field_problem(value)
  end
$$;

-- The field that is wrong, and what it is not.
create or replace function crm.lead_field_problem(value jsonb) returns text
language sql immutable parallel safe
as $$
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
$$;
