-- The digest of a set of rows, which does not depend on their order: shared/digest.ts says how it is added up and why.

-- The 32 bytes that crm.digest shows as hex. Stable like convert_to, or queries could not inline it.
create or replace function crm.row_digest(key text, value_text text) returns bytea
language sql stable parallel safe
as $$ select sha256(convert_to(octet_length(key)::text || ':' || key || value_text, 'UTF8')) $$;

-- 32 bits of a digest, big-endian. Above 2^31 it is negative, which is the same number modulo 2^32.
create or replace function crm.digest_lane(digest bytea, lane integer) returns integer
language sql immutable parallel safe
as $$
  select (get_byte(digest, 4 * lane) << 24) | (get_byte(digest, 4 * lane + 1) << 16) | (get_byte(digest, 4 * lane + 2) << 8)
    | get_byte(digest, 4 * lane + 3)
$$;

-- The sum of digests (crm.row_digest, gathered by array_agg) as 64 hex digits; zeros for no rows, whose array is null. Nulls in it
-- count for nothing.
create or replace function crm.digest_sum(digests bytea[]) returns text
language sql immutable parallel safe
as $$
  select string_agg(lpad(to_hex(coalesce(lane, 0) & 4294967295), 8, '0'), '' order by position)
  from (
    select sum(crm.digest_lane(d, 0)) as a, sum(crm.digest_lane(d, 1)) as b, sum(crm.digest_lane(d, 2)) as c, sum(crm.digest_lane(d, 3)) as d,
      sum(crm.digest_lane(d, 4)) as e, sum(crm.digest_lane(d, 5)) as f, sum(crm.digest_lane(d, 6)) as g, sum(crm.digest_lane(d, 7)) as h
    from unnest(digests) as d
  ) as sums, unnest(array[a, b, c, sums.d, e, f, g, h]) with ordinality as entry (lane, position)
$$;

-- Whether crm.redact would take something from a row: then its text is never given and stands in no sum. Nearly all rows have none of
-- its words, which is quicker to see.
create or replace function crm.is_withheld(value jsonb) returns boolean
language sql immutable parallel safe
as $$
  select case when value::text ~* 'passw|salt|secret|token|otp|code' then value <> crm.redact(value) else false end
$$;

-- {count, digest, withheld} of all rows of one kind (leads, users, orders); what is withheld is not in the count. In plpgsql, as
-- Postgres lets workers help with an expression there, and with none in an SQL function that gives one value.
create or replace function crm.sum_of_kind(entity text) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('count', summed, 'digest', crm.digest_sum(digests), 'withheld', total - summed)
    from (
      -- One aggregate, as the planner would compute a digest anew for each that names it.
      select count(*) as total, array_agg(case when not crm.is_withheld(value) then crm.row_digest(key, value::text) end) as digests
      from crm.rows_of_kind(entity)
    ) as found, lateral (select coalesce(cardinality(array_remove(digests, null)), 0) as summed) as counted
  );
end $$;

-- Every row under the key of a record of this kind.
create or replace function crm.rows_of_kind(entity text) returns table (key text, value jsonb)
language sql stable parallel safe
as $$
  select kv.key, kv.value
  from public.kv_store_3cbf86a5 as kv
  where kv.key collate "C" >= rtrim(entity, 's') || ':' || rtrim(entity, 's') || '_'
    and kv.key collate "C" < rtrim(entity, 's') || ':' || rtrim(entity, 's') || '`' and right(kv.key, 7) <> ':orders'
    and (not (select crm.has_stray_keys()) or kv.key ~ '^(lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}$')
$$;
