-- Every text inside a value, a line each, without the names of its fields: nobody who searches for "city" means those.
create or replace function crm.texts_in(value jsonb) returns text
language sql immutable
as $$
  select string_agg(found #>> '{}', E'\n') from jsonb_path_query(texts_in.value, 'strict $.** ? (@.type() == "string")') as found
$$;
