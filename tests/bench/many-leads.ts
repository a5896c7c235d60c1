/**
 * A statement that fills the table with leads of the past year, newest last, values as people type them. The index stays
 * empty: lists never read it.
 */
export const fillWithLeads = (count: number): string => `
  insert into kv_store_3cbf86a5 (key, value)
  select 'lead:' || id, jsonb_build_object(
    'id', id,
    'name', first || ' ' || last,
    'email', lower(first || '.' || last) || n || '@example.com',
    'phone', '+60 12-' || lpad((n * 7919 % 10000000)::text, 7, '0'),
    'source', (array['website-form', 'chatbot', 'consultation', 'questionnaire', 'newsletter'])[1 + n % 5],
    'status', (array['new', 'new', 'contacted', 'contacted', 'qualified', 'converted', 'lost'])[1 + n % 7],
    'message', 'We are redoing our ' || (array['kitchen', 'living room', 'bedroom', 'office'])[1 + n % 4]
      || ' and would like a first consultation. ' || repeat('Our flat is on the second floor. ', n % 4),
    'createdAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'updatedAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from (
    select n, at,
      'lead_' || floor(extract(epoch from at) * 1000)::bigint || '_' || substr(md5(n::text), 1, 9) as id,
      (array['Amira', 'Wei Ling', 'Priya', 'Jonas', 'Nurul', 'Mateo', 'Hana', 'Farid'])[1 + n % 8] as first,
      (array['Rahman', 'Tan', 'Nair', 'Lim', 'Aziz', 'Costa', 'Ito', 'Wong', 'Kaur'])[1 + n % 9] as last
    from (
      select n, now() - interval '1 year' * (1 - n::float / ${count}) as at from generate_series(1, ${count}) as n
    ) as times
  ) as people`;
