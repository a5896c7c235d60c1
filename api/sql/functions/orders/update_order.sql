-- payload: {id, patch, ifMatch?, actor}; merges the patch (crm.merge_patch), unknown fields stay; sums that are left out follow.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM05, CRM09; a patch that changes nothing writes nothing.
create or replace function public.crm_update_order(payload jsonb) returns jsonb
language sql volatile
as $$
  select crm.change_order(payload ->> 'id', payload ->> 'ifMatch', payload -> 'patch', null, payload ->> 'actor')
$$;

-- payload: {id, note, status?, ifMatch?, actor}; adds an entry to the timeline and takes the step it names.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM09.
create or replace function public.crm_add_order_event(payload jsonb) returns jsonb
language sql volatile
as $$
  select crm.change_order(
    payload ->> 'id', payload ->> 'ifMatch', jsonb_strip_nulls(jsonb_build_object('status', payload -> 'status')),
    payload ->> 'note', payload ->> 'actor'
  )
$$;

-- Merges a patch into an order and, for a new status or a note, adds one entry to its timeline; corrects the totals of its user.
-- Gives {key, value, nextStatuses}. Raises CRM04, CRM05, and CRM09 also for a step that the workflow does not have.
create or replace function crm.change_order(id text, if_match text, patch jsonb, note text, actor text) returns jsonb
language plpgsql volatile
as $$
declare
  old_value jsonb := crm.lock_record('order', id, if_match);
  new_value jsonb := crm.patch_record('order', id, old_value, patch);
  is_step boolean := new_value ->> 'status' is distinct from old_value ->> 'status';
begin
  perform crm.act_as(actor);
  if is_step then
    perform crm.require_step(old_value ->> 'status', new_value ->> 'status');
    new_value := new_value || jsonb_build_object('completed', new_value ->> 'status' = 'delivered');
    if new_value ->> 'status' in ('processing', 'refunded') and not patch ? 'paymentStatus' then
      new_value := new_value || jsonb_build_object('paymentStatus', case new_value ->> 'status' when 'processing' then 'paid' else 'refunded' end);
    end if;
  end if;
  if patch ? 'items' then
    new_value := new_value || jsonb_build_object('items', crm.keep_item_fields(patch -> 'items', coalesce(old_value -> 'items', '[]')));
  end if;
  if patch ?| array['items', 'subtotal', 'tax', 'shipping', 'discount', 'total'] then
    new_value := new_value || crm.order_sums(new_value, patch);
  end if;
  if is_step or note is not null then
    new_value := new_value || jsonb_build_object('timeline', coalesce(nullif(new_value -> 'timeline', 'null'), '[]')
      || crm.timeline_entry(new_value ->> 'status', note, actor));
  end if;
  if new_value <> old_value then
    new_value := crm.update_record(
      'order:' || id, new_value || jsonb_build_object('updatedAt', crm.next_version(old_value ->> 'updatedAt'))
    );
    if crm.order_worth(new_value) <> crm.order_worth(old_value) then
      perform crm.credit_user(new_value ->> 'userId', old_value, new_value);
    end if;
  end if;
  return crm.show_order('order:' || id, new_value);
end $$;

-- New items with what older installs have stored beside the fields we know, from the old item of the same name: the first of a name
-- goes with the first, and so on.
create or replace function crm.keep_item_fields(items jsonb, old_items jsonb) returns jsonb
language sql immutable
as $$
  with new_items as (
    select item, at, row_number() over (partition by item -> 'name' order by at) as nth
    from jsonb_array_elements(items) with ordinality as entry (item, at)
  ), old as (
    select item, row_number() over (partition by item -> 'name' order by at) as nth
    from jsonb_path_query(old_items, 'lax $[*]') with ordinality as entry (item, at) where jsonb_typeof(item) = 'object'
  )
  select jsonb_agg(coalesce(kept.fields, '{}') || new_items.item order by new_items.at)
  from new_items left join old on old.item -> 'name' = new_items.item -> 'name' and old.nth = new_items.nth
  left join lateral (
    select jsonb_object_agg(key, value) as fields from jsonb_each(old.item)
    where key not in ('name', 'quantity', 'price') and (key not in ('productId', 'variant') or jsonb_typeof(value) <> 'string')
  ) as kept on true
$$;
