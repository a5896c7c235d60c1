-- payload: {key, nonce?}
-- gives {nonce, key, row: {text, digest, storedAt} or null, receipt or null, log, held, asOf}, all of one snapshot. `receipt` is what
-- the sender of a submission was given, also when its lead is gone. `log` has the latest 50 entries of the change log, newest first:
-- those of this key, and each truncate of the table after its first. Raises CRM03.
create or replace function public.crm_get_stored_row(payload jsonb) returns jsonb
language plpgsql stable
as $$
declare
  asked text := payload ->> 'key';
begin
  perform crm.require_all_rows();
  return jsonb_build_object(
    'nonce', payload -> 'nonce',
    'key', asked,
    'row', (
      select jsonb_build_object(
        'text', case when not withheld then value::text end,
        'digest', case when not withheld then crm.digest(key, value) end,
        -- Written by hand it may be no date that JSON can say, such as infinity.
        'storedAt', case when created_at >= '0001-01-01' and created_at < '9999-12-31' then crm.iso(created_at) end
      )
      from (
        select key, value, created_at, value <> crm.redact(value) as withheld from public.kv_store_3cbf86a5 where key = asked
      ) as found
    ),
    'receipt', (select outcome -> 'receipt' from crm.submissions where outcome #>> '{receipt,key}' = asked),
    'log', (
      select coalesce(jsonb_agg(crm.describe_change(entry) order by (entry).seq desc), '[]')
      from (
        select entry from (
          (select entry from crm.changes as entry where entry.key collate "C" = asked order by seq desc limit 50)
          union all
          (
            select entry from crm.changes as entry
            where entry.key collate "C" = '*' and entry.operation = 'truncate'
              and seq > (select seq from crm.changes where key collate "C" = asked order by seq limit 1)
            order by seq desc limit 50
          )
        ) as told order by (entry).seq desc limit 50
      ) as latest
    ),
    'held', exists (select from crm.held_submissions where id = asked),
    'asOf', crm.iso(now())
  );
end $$;
