-- Raises CRM03 when row level security hides rows from this role: they would be missing from every answer without an error.
create or replace function crm.require_all_rows() returns void
language plpgsql stable
as $$
begin
  if row_security_active('public.kv_store_3cbf86a5') then
    raise exception 'Row level security hides rows from the role of this API. Its owner must give it the secret key of the project, or a role with bypassrls.' using errcode = 'CRM03', detail = '{"reason": "rows_hidden"}';
  end if;
end $$;
