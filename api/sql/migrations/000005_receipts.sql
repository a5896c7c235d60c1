-- The receipt that was given for a row, found by its key. An order has none.
create index if not exists submissions_by_receipt on crm.submissions ((outcome #>> '{receipt,key}'))
  where outcome #>> '{receipt,key}' is not null;
