-- Functions of the first release that have other names now.

drop function if exists crm.list_seed_order(text, text);
drop function if exists crm.list_user_order(text, text);
drop function if exists crm.lock_seed(text, text[]);
drop function if exists crm.rows_of_kind(text);
drop function if exists crm.sum_of_kind(text);
drop function if exists crm.tell_repairs(bigint, jsonb[]);
drop function if exists crm.unlist_user_order(text, text);
