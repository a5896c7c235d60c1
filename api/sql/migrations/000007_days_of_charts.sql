-- Functions whose arguments changed: a local day is no longer taken for the time between two moments.

drop function if exists crm.day_starts(integer, text);
drop function if exists crm.by_day(text[], bigint[], timestamptz[], text);
drop function if exists crm.lead_figures(timestamptz[], text);
drop function if exists crm.order_figures(timestamptz[], text);
