-- What keeps a value from being the order of this id, or null. The rules of `order` in shared/order.ts; a test keeps the two equal.
create or replace function crm.order_problem(id text, value jsonb) returns text
language sql immutable parallel safe
as $$
  select case
    when value ->> 'id' is distinct from order_problem.id then 'id: not ' || order_problem.id
    when jsonb_typeof(value -> 'userId') is distinct from 'string' or value ->> 'userId' = '' then 'userId: no user'
    when jsonb_typeof(value -> 'total') is distinct from 'number' then 'total: no number'
    -- Most rows are right, and one look says so. It makes no query of its own, so that those over all rows can inline it.
    when not jsonb_path_exists(value, '$ ? (
      @.orderNumber.type() != "string" || @.status.type() != "string" || @.paymentMethod.type() != "string" ||
      @.paymentStatus.type() != "string" || @.trackingNumber.type() != "string" || @.notes.type() != "string" ||
      @.createdAt.type() != "string" || @.updatedAt.type() != "string" || @.subtotal.type() != "number" ||
      @.tax.type() != "number" || @.shipping.type() != "number" || @.discount.type() != "number" ||
      @.completed.type() != "boolean" || @.seed.type() != "boolean" || @.items.type() != "array" ||
      @.items[*].type() != "object" || @.timeline.type() != "array" || @.timeline[*].type() != "object" ||
      @.shippingAddress.type() != "string" && @.shippingAddress.type() != "object"
    )') then null
    else crm.order_field_problem(value)
  end
$$;

-- The field that is wrong, and what it is not.
create or replace function crm.order_field_problem(value jsonb) returns text
language sql immutable parallel safe
as $$
  select name || ': no ' || kind
  from (
    select unnest(array[
      'orderNumber', 'status', 'paymentMethod', 'paymentStatus', 'trackingNumber', 'notes', 'createdAt', 'updatedAt'
    ]) as name, 'text' as kind, 'strict $ ? (@.type() == "string")'::jsonpath as shape
    union all select unnest(array['subtotal', 'tax', 'shipping', 'discount']), 'number', 'strict $ ? (@.type() == "number")'
    union all select unnest(array['completed', 'seed']), 'true or false', 'strict $ ? (@.type() == "boolean")'
    union all select unnest(array['items', 'timeline']), 'list of objects',
      'strict $ ? (@.type() == "array") ? (!exists(@[*] ? (@.type() != "object")))'
    union all select 'shippingAddress', 'text or object', 'strict $ ? (@.type() == "string" || @.type() == "object")'
  ) as rule
  where jsonb_typeof(value -> name) <> 'null' and not jsonb_path_exists(value -> name, shape)
  limit 1
$$;
