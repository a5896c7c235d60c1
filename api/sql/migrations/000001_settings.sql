-- The first release kept no record of what it ran. This file and the four after it make what it made, and change nothing that is there.

create table if not exists crm.settings (
  name text primary key,
  value jsonb not null
);

-- Addresses of visitors and bodies of submissions are kept only as hashes with this key (crm.keyed_hash).
insert into crm.settings (name, value)
values ('hash_key', to_jsonb(gen_random_uuid()::text || gen_random_uuid()::text))
on conflict (name) do nothing;
