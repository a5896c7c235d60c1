-- The demo leads: every source and every status once or twice; one became a demo user (crm.seed_users). Their ids sort before all others, so that whatever is real
-- stays in front of them; `age` is how long before the moment of seeding they came in.
create or replace function crm.seed_leads() returns table (id text, age interval, lead jsonb)
language sql immutable
as $$
  select 'lead_000000000000' || number || '_seedlead' || number, age, lead
  from (values
    (1, interval '20 days 3 hours', '{
      "email": "mei.ling.tan@example.com", "name": "Tan Mei Ling", "phone": "+60 12-555 0143", "source": "newsletter", "status": "lost",
      "interests": ["bedroom", "lighting"], "budget": "RM 10,000 – 25,000", "roomType": "bedroom", "locale": "en-MY",
      "message": "Saw the bedroom makeover in your March newsletter. Could something like it fit a 12-foot room?",
      "notes": "Went with her cousin, who is a contractor. Open to hearing from us next year."
    }'::jsonb),
    (2, interval '16 days 7 hours', '{
      "email": "farid.rahman@example.com", "name": "Farid Abdul Rahman", "phone": "+60 19-555 0178", "source": "consultation", "status": "converted", "convertedToUserId": "user_0000000000001_seeduser1",
      "interests": ["kitchen", "dining"], "budget": "RM 80,000 – 120,000", "roomType": "kitchen", "locale": "ms-MY",
      "message": "Dapur basah dan kering untuk rumah teres dua tingkat di Shah Alam, siap sebelum Hari Raya.",
      "notes": "Signed on the second visit. Solid-surface worktop, soft-close throughout."
    }'),
    (3, interval '11 days 5 hours', '{
      "email": "priya.nair@example.com", "name": "Priya Nair", "phone": "+60 16-555 0112", "source": "questionnaire", "status": "qualified",
      "interests": ["living room", "home office"], "budget": "RM 40,000 – 60,000", "roomType": "living room", "locale": "en-MY",
      "message": "Condo in Mont Kiara, 1,150 sq ft. We both work from home and need two quiet desks without losing the living room.",
      "notes": "Site measured. Wants oak and rattan; sending the layout on Friday."
    }'),
    (4, interval '6 days 2 hours', '{
      "email": "jason.wong@example.com", "name": "Jason Wong Kah Wai", "phone": "+60 17-555 0196", "source": "chatbot", "status": "contacted",
      "interests": ["office"], "budget": "RM 150,000 – 200,000", "roomType": "office", "locale": "en-MY",
      "message": "Fit-out for a 25-person office in Bangsar South. Do you handle the fire and landlord approvals?",
      "notes": "Called back, sending two reference projects. Lease starts on the 1st."
    }'),
    (5, interval '2 days 4 hours', '{
      "email": "aisyah.zulkifli@example.com", "name": "Nur Aisyah Zulkifli", "phone": "+60 13-555 0127", "source": "website-form", "status": "new",
      "interests": ["nursery"], "budget": "RM 15,000 – 20,000", "roomType": "nursery", "locale": "ms-MY", "page": "https://studio.example.com/nursery",
      "message": "Bilik bayi yang boleh jadi bilik kanak-kanak nanti. Warna lembut, simpanan banyak. Due in February!"
    }'),
    (6, interval '3 hours', '{
      "email": "david.lim@example.com", "name": "David Lim", "phone": "+60 11-5550 0164", "source": "website-form", "status": "new",
      "interests": ["bathroom", "kitchen"], "budget": "RM 60,000 – 80,000", "roomType": "bathroom", "locale": "en-MY", "page": "https://studio.example.com/contact",
      "message": "Pre-war shophouse in George Town, two bathrooms and a pantry. The heritage council has to agree. Can you work with them?"
    }')
  ) as seed (number, age, lead)
$$;
