-- Token buckets: a full one holds a minute's worth and fills evenly. Counted here, since edge workers share no memory.

-- Takes one token; gives 0, or the seconds to wait for the next.
create or replace function crm.take_token(name text, per_minute integer) returns integer
language plpgsql volatile
as $$
declare
  present timestamptz := clock_timestamp();
  left_over double precision;
begin
  if per_minute = 0 then
    return 0;
  end if;
  insert into crm.rate_buckets as bucket (bucket, tokens, at) values (name, per_minute - 1, present)
  on conflict (bucket) do update set
    tokens = least(per_minute, bucket.tokens + greatest(0, extract(epoch from present - bucket.at)) * per_minute / 60) - 1,
    at = greatest(bucket.at, present)
  returning tokens into left_over;
  return case when left_over >= 0 then 0 else ceil(-left_over * 60 / per_minute) end;
end $$;

-- Takes one token from the visitor's bucket and one from everybody's, independently, or raises CRM29.
create or replace function crm.limit_rate(address text, per_address integer, per_service integer) returns void
language plpgsql volatile
as $$
declare
  wait integer;
begin
  wait := greatest(
    crm.take_token(
      'address:' || encode(crm.keyed_hash(coalesce(address, '')), 'hex'),
      per_address
    ),
    crm.take_token('service', per_service)
  );
  if wait > 0 then
    raise exception 'Too many submissions from here just now. Try again in % seconds.', wait using errcode = 'CRM29', detail = jsonb_build_object('retryAfter', wait)::text;
  end if;
  -- Last, and passing over what is locked: nobody who holds a bucket may wait for another one out of order.
  if random() < 0.01 then
    delete from crm.rate_buckets where bucket in (
      select bucket from crm.rate_buckets where at < now() - interval '10 minutes' for update skip locked
    );
  end if;
end $$;
