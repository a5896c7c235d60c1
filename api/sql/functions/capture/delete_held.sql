-- payload: {id}; removes the held submission for good. Gives {deleted}, raises CRM04 when it is not held.
create or replace function public.crm_delete_held(payload jsonb) returns jsonb
language plpgsql volatile
as $$
begin
  delete from crm.held_submissions where id = payload ->> 'id';
  if not found then
    raise exception 'No submission is held under this id. It may have been released or deleted.' using errcode = 'CRM04';
  end if;
  return jsonb_build_object('deleted', payload ->> 'id');
end $$;
