-- A text as a search compares it. ASCII first: a Turkish locale would make no i of I.
create or replace function crm.fold(words text) returns text
language sql immutable parallel safe
return lower(lower(words collate "C") collate "default");
