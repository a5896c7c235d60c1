-- The last order number given in each year, so that a number is never given again, whatever happened to its order.
create table if not exists crm.order_numbers (
  year integer primary key,
  last integer not null
);
