-- Hex SHA-256 over the stored text; the length in front keeps `a` + `bc` and `ab` + `c` apart.
create or replace function crm.digest(key text, value jsonb) returns text
language sql immutable
return encode(sha256(convert_to(octet_length(key) || ':' || key || value::text, 'UTF8')), 'hex');

create or replace function crm.receipt(key text, value jsonb, stored_at timestamptz) returns jsonb
language sql volatile
as $$
  select jsonb_build_object(
    'key', receipt.key,
    'digest', crm.digest(receipt.key, receipt.value),
    'storedAt', crm.iso(stored_at),
    'transactionId', pg_current_xact_id()::text
  )
$$;

-- The 32 bytes that crm.digest shows as hex. Stable like convert_to, or queries could not inline it.
create or replace function crm.row_digest(key text, value_text text) returns bytea
language sql stable parallel safe
as $$ select sha256(convert_to(octet_length(key)::text || ':' || key || value_text, 'UTF8')) $$;
