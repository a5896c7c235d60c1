-- The workflow of an order, the one table of it: each status and what may come next, the usual step first. An order may be
-- cancelled until it is delivered and refunded once it is paid. A status of an older install may become any of ours.
create or replace function crm.next_statuses(status text) returns text[]
language sql immutable
return case status
  when 'pending-payment' then array['processing', 'cancelled']
  when 'processing' then array['ready-to-ship', 'cancelled', 'refunded']
  when 'ready-to-ship' then array['in-transit', 'cancelled', 'refunded']
  when 'in-transit' then array['arriving', 'cancelled', 'refunded']
  when 'arriving' then array['out-for-delivery', 'cancelled', 'refunded']
  when 'out-for-delivery' then array['delivered', 'cancelled', 'refunded']
  when 'delivered' then array['refunded']
  when 'cancelled' then '{}'::text[]
  when 'refunded' then '{}'::text[]
  else array[
    'pending-payment', 'processing', 'ready-to-ship', 'in-transit', 'arriving', 'out-for-delivery', 'delivered', 'cancelled', 'refunded'
  ]
end;

-- Raises CRM09 when an order may not go from one status to the other.
create or replace function crm.require_step(from_status text, to_status text) returns void
language plpgsql immutable
as $$
declare
  allowed text[] := crm.next_statuses(from_status);
begin
  if to_status <> all (allowed) then
    raise exception 'An order that is % cannot become %. %', from_status, to_status, case
      when allowed = '{}' then 'It has ended.' else 'Allowed next: ' || array_to_string(allowed, ', ') || '.'
    end using errcode = 'CRM09';
  end if;
end $$;

-- {status, at, note?, actor?} as it stands in a timeline.
create or replace function crm.timeline_entry(status text, note text, actor text) returns jsonb
language sql volatile
as $$
  select jsonb_strip_nulls(jsonb_build_object('status', status, 'at', crm.iso(clock_timestamp()), 'note', note, 'actor', actor))
$$;
