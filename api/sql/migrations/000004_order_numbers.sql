-- The last order number given in each year, so that a number is never given again, whatever happened to its order.
create table if not exists crm.order_numbers (
  year integer primary key,
  last integer not null
);

-- Behind `last` no order of an older install has a number up to this one. Years begun before had nothing behind.
alter table crm.order_numbers add column if not exists free_up_to integer not null default 999999;
