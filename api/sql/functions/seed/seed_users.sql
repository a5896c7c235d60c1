-- The demo users, as crm.seed_leads; in the order of their emails, in which these are claimed.
create or replace function crm.seed_users() returns table (id text, age interval, details jsonb)
language sql immutable
as $$
  select 'user_000000000000' || number || '_seeduser' || number, age, details
  from (values
    (1, interval '15 days 6 hours', '{
      "email": "farid.rahman@example.com", "name": "Farid Abdul Rahman", "phone": "+60 19-555 0178", "accountStatus": "active",
      "address": {"line1": "27 Jalan Kristal 7/2", "postcode": "40000", "city": "Shah Alam", "state": "Selangor", "country": "Malaysia"},
      "preferences": {"style": "warm modern", "rooms": ["kitchen", "dining"], "newsletter": true}, "tags": ["landed house"]
    }'::jsonb),
    (2, interval '13 days 1 hour', '{
      "email": "kavitha.raj@example.com", "name": "Kavitha Rajendran", "phone": "+60 12-555 0155", "accountStatus": "active",
      "address": {"line1": "B-12-3 Residensi Damai", "line2": "Jalan Kiara 3", "postcode": "50480", "city": "Kuala Lumpur", "country": "Malaysia"},
      "preferences": {"style": "Scandinavian", "rooms": ["home office"], "newsletter": false}, "tags": ["condominium"]
    }'),
    (3, interval '9 days 8 hours', '{
      "email": "siewhoon.chan@example.com", "name": "Chan Siew Hoon", "phone": "+60 16-555 0131", "accountStatus": "active",
      "address": {"line1": "88 Lebuh Armenian", "postcode": "10200", "city": "George Town", "state": "Penang", "country": "Malaysia"},
      "preferences": {"style": "Peranakan", "rooms": ["living room"], "newsletter": true}, "tags": ["heritage", "referral"]
    }')
  ) as seed (number, age, details)
$$;
