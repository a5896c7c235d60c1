-- The digest of a set of rows, which does not depend on their order: shared/digest.ts says how it is added up and why.

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

-- {count, digest, withheld} of all rows of one kind (leads, users, orders); what is withheld is not in the count. In plpgsql, as
-- Postgres lets workers help with an expression there, and with none in an SQL function that gives one value.
create or replace function crm.entity_sum(entity text) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('count', summed, 'digest', crm.digest_sum(digests), 'withheld', total - summed)
    from (
      -- One aggregate, as the planner would compute a digest anew for each that names it.
      select count(*) as total, array_agg(case when not crm.is_withheld(value) then crm.row_digest(key, value::text) end) as digests
      from crm.entity_rows(entity)
    ) as found, lateral (select coalesce(cardinality(array_remove(digests, null)), 0) as summed) as counted
  );
end $$;
