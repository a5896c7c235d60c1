-- What crm_get_stats says of leads, in one pass over their rows.
create or replace function crm.lead_figures(first_day date, last_day date, time_zone text) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object(
      'totalLeads', total,
      'newLeads', new,
      'qualifiedLeads', qualified,
      'convertedLeads', converted,
      'conversionRate', coalesce(round(100.0 * converted / nullif(total, 0), 1), 0),
      'leadsByStatus', jsonb_build_object(
        'new', new, 'contacted', contacted, 'qualified', qualified, 'converted', converted, 'lost', lost,
        'other', total - new - contacted - qualified - converted - lost
      ),
      'leadsBySource', jsonb_build_object(
        'website-form', website_form, 'chatbot', chatbot, 'consultation', consultation, 'questionnaire', questionnaire,
        'newsletter', newsletter, 'other', total - website_form - chatbot - consultation - questionnaire - newsletter
      ),
      'leadsByDay', (
        select jsonb_agg(jsonb_build_object('day', day, 'count', count)) from crm.by_day(moments, null, first_day, last_day, time_zone)
      )
    )
    from (
      select
        count(*) as total,
        count(*) filter (where status = 'new') as new,
        count(*) filter (where status = 'contacted') as contacted,
        count(*) filter (where status = 'qualified') as qualified,
        count(*) filter (where status = 'converted') as converted,
        count(*) filter (where status = 'lost') as lost,
        count(*) filter (where source = 'website-form') as website_form,
        count(*) filter (where source = 'chatbot') as chatbot,
        count(*) filter (where source = 'consultation') as consultation,
        count(*) filter (where source = 'questionnaire') as questionnaire,
        count(*) filter (where source = 'newsletter') as newsletter,
        array_agg(created) filter (where created collate "C" >= (select to_char(first_day - 1, 'YYYY-MM-DD'))) as moments
      from (
        select value ->> 'status' as status, value ->> 'source' as source, value ->> 'createdAt' as created
        from public.kv_store_3cbf86a5
        where key collate "C" >= 'lead:lead_' and key collate "C" < 'lead:lead`'
          and (not (select crm.has_stray_keys()) or key ~ '^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$')
        -- Keeps the planner from reading the three fields anew for every count.
        offset 0
      ) as lead
    ) as counted
  );
end $$;
