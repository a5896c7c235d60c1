-- What was just made, so that a function that somebody edits or drops later is noticed (crm_get_schema).
insert into crm.settings (name, value)
values ('functions', crm.function_digests())
on conflict (name) do update set value = excluded.value where settings.value <> excluded.value;
