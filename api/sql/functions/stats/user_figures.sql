-- What crm_get_stats says of users, in one pass over their rows. A month begins where the chart's time zone says.
create or replace function crm.user_figures(month_start timestamptz) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object(
      'totalUsers', count(*),
      'activeUsers', count(*) filter (where value ->> 'accountStatus' = 'active'),
      'newUsersThisMonth', count(*) filter (where value ->> 'signupDate' collate "C" >= (select crm.iso(month_start)) and crm.minute_number(value ->> 'signupDate') is not null)
    )
    from public.kv_store_3cbf86a5
    where key collate "C" >= 'user:user_' and key collate "C" < 'user:user`' and right(key, 7) <> ':orders'
      and (not (select crm.has_stray_keys()) or key ~ '^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$')
  );
end $$;
