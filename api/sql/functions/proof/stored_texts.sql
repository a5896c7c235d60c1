-- What an outside witness is shown. A row that holds a secret is withheld: its text is not given and it is in no sum, since a
-- digest of a text that nobody else may see proves nothing.

-- {rows: [{key, text}], withheld, page, asOf, changesCursor} of those of these keys that are there, in the order of their keys.
create or replace function crm.stored_texts(keys text[]) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'rows', coalesce(
      jsonb_agg(jsonb_build_object('key', key, 'text', value_text) order by key collate "C") filter (where not withheld), '[]'
    ),
    'withheld', coalesce(jsonb_agg(key order by key collate "C") filter (where withheld), '[]'),
    'page', jsonb_build_object(
      'count', count(*) filter (where not withheld),
      'digest', crm.digest_sum(array_agg(crm.row_digest(key, value_text)) filter (where not withheld))
    ),
    'asOf', crm.iso(now()),
    'changesCursor', crm.changes_cursor()
  )
  from (
    select key, value::text as value_text, value <> crm.redact(value) as withheld
    from public.kv_store_3cbf86a5 where key = any (keys) offset 0
  ) as found
$$;
