-- The id indexes: `<entity>:index` holds the newest 101 to 200 ids, older ones stand in `<entity>:index:<n>`, 100 each, the
-- highest n newest. A write touches the head alone, so it costs the same however many records there are.

-- Locks the head until the end of the transaction and gives its ids; a head that is no array counts as empty.
create or replace function crm.lock_index(entity text) returns jsonb
language plpgsql volatile
as $$
declare
  head jsonb;
begin
  select value into head from public.kv_store_3cbf86a5 where key = entity || ':index' for update;
  if not found then
    insert into public.kv_store_3cbf86a5 (key, value) values (entity || ':index', '[]') on conflict (key) do nothing;
    select value into head from public.kv_store_3cbf86a5 where key = entity || ':index' for update;
  end if;
  return case jsonb_typeof(head) when 'array' then head else '[]' end;
end $$;

-- The milliseconds for the next id: now, but always later than the newest id, so that ids sort as they were captured even
-- when two fall into one millisecond or the clock was set back. Ids further ahead than a day are no clock of ours.
create or replace function crm.next_milliseconds(head jsonb) returns bigint
language sql volatile
as $$
  select case when newest between present and present + 86400000 then newest + 1 else present end
  from (
    select crm.milliseconds(clock_timestamp()) as present,
      substring(head ->> 0 from '^[a-z]+_([0-9]{13})_')::bigint as newest
  ) as clock
$$;

-- Puts one id in front. `head` is what crm.lock_index gave. Raises CRM03.
create or replace function crm.prepend_id(entity text, head jsonb, id text) returns void
language plpgsql volatile
as $$
declare
  ids jsonb := jsonb_build_array(id) || head;
  total integer := jsonb_array_length(ids);
  kept integer := 101 + (total - 1) % 100;
  newest_segment integer;
begin
  if total > 200 then
    select coalesce(max(split_part(key, ':', 3)::integer), 0) into newest_segment
    from public.kv_store_3cbf86a5
    where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$' and split_part(key, ':', 1) = entity;

    insert into public.kv_store_3cbf86a5 (key, value)
    select entity || ':index:' || (newest_segment + 1 + (total - position) / 100), jsonb_agg(value order by position)
    from jsonb_array_elements(ids) with ordinality as item (value, position)
    where position > kept
    group by (total - position) / 100;

    select jsonb_agg(value order by position) into ids
    from jsonb_array_elements(ids) with ordinality as item (value, position)
    where position <= kept;
  end if;
  update public.kv_store_3cbf86a5 set value = ids where key = entity || ':index';
  if not found then
    perform crm.refuse_write();
  end if;
end $$;

-- The segment that holds the oldest ids, or null when the head holds them all.
create or replace function crm.oldest_segment(entity text) returns text
language sql volatile
as $$
  select key from public.kv_store_3cbf86a5
  where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$' and split_part(key, ':', 1) = entity
  order by split_part(key, ':', 3)::integer limit 1
$$;

-- Puts ids, newest first, behind all others, where ids that sort before those belong; ones of them that stand there move along.
create or replace function crm.append_ids(entity text, ids text[]) returns void
language plpgsql volatile
as $$
declare
  place text;
begin
  for attempt in 1 .. 100 loop
    place := crm.oldest_segment(entity);
    if place is null then
      perform crm.lock_index(entity);
      place := coalesce(crm.oldest_segment(entity), entity || ':index');
    end if;
    update public.kv_store_3cbf86a5
    set value = (case jsonb_typeof(value) when 'array' then value else '[]' end - ids) || to_jsonb(ids)
    where key = place;
    -- Else the segment was emptied and removed meanwhile, or is never written.
    if found then
      return;
    end if;
  end loop;
  perform crm.refuse_write();
end $$;

-- Takes ids out of every segment that names one; gives how many entries that were. Captures only add segments, so they need not wait.
create or replace function crm.remove_ids_from_segments(entity text, ids text[]) returns integer
language plpgsql volatile
as $$
declare
  segment record;
  removed integer := 0;
begin
  for segment in
    select key, jsonb_array_length(value) - jsonb_array_length(value - ids) as entries from public.kv_store_3cbf86a5
    where key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$' and split_part(key, ':', 1) = entity
      and jsonb_typeof(value) = 'array' and value ?| ids
    order by split_part(key, ':', 3)::integer
  loop
    update public.kv_store_3cbf86a5 set value = value - ids where key = segment.key;
    delete from public.kv_store_3cbf86a5 where key = segment.key and value = '[]';
    removed := removed + segment.entries;
  end loop;
  return removed;
end $$;

-- Takes ids out of the index. The segments are read before the head is locked: there may be many, and captures wait for it.
create or replace function crm.remove_ids(entity text, ids text[]) returns void
language plpgsql volatile
as $$
declare
  removed integer := crm.remove_ids_from_segments(entity, ids);
  head jsonb := crm.lock_index(entity);
begin
  if head ?| ids then
    update public.kv_store_3cbf86a5 set value = head - ids where key = entity || ':index';
  end if;
  if removed + jsonb_array_length(head) - jsonb_array_length(head - ids) < cardinality(ids) then
    -- Some may have moved from the head into a segment meanwhile.
    perform crm.remove_ids_from_segments(entity, ids);
  end if;
end $$;
