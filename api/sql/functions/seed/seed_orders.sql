-- The demo orders, as crm.seed_leads: one delivered, one on its way, one not paid yet. `steps` are the entries of the timeline, each
-- with how long before the moment of seeding it was; the last one is the order's status.
create or replace function crm.seed_orders() returns table (id text, user_id text, details jsonb, steps jsonb)
language sql immutable
as $$
  select 'order_000000000000' || number || '_seedorder' || number, user_id, details, steps
  from (values
    (1, 'user_0000000000001_seeduser1', '{
      "items": [
        {"name": "Soft-close base cabinet", "quantity": 8, "price": 780}, {"name": "Solid-surface worktop, 3.2 m", "quantity": 1, "price": 6800},
        {"name": "Pendant lamp, brushed brass", "quantity": 3, "price": 329.9}
      ],
      "tax": 1122.38, "shipping": 150, "discount": 500, "paymentMethod": "bank transfer", "paymentStatus": "paid", "trackingNumber": "MY-EXP-552901",
      "shippingAddress": {"recipient": "Farid Abdul Rahman", "line1": "27 Jalan Kristal 7/2", "postcode": "40000", "city": "Shah Alam", "state": "Selangor", "country": "Malaysia"}
    }'::jsonb, '[
      {"status": "pending-payment", "ago": "15 days"}, {"status": "processing", "ago": "14 days 20 hours", "note": "Deposit and balance received."},
      {"status": "ready-to-ship", "ago": "8 days"}, {"status": "in-transit", "ago": "7 days 4 hours"}, {"status": "arriving", "ago": "6 days 6 hours"},
      {"status": "out-for-delivery", "ago": "6 days 2 hours"}, {"status": "delivered", "ago": "5 days 22 hours", "note": "Signed for by the owner."}
    ]'::jsonb),
    (2, 'user_0000000000003_seeduser3', '{
      "items": [{"name": "Rattan lounge chair", "quantity": 2, "price": 1249}, {"name": "Linen sofa, three seats", "quantity": 1, "price": 4590}],
      "tax": 567.04, "shipping": 220, "discount": 0, "paymentMethod": "card", "paymentStatus": "paid", "trackingNumber": "MY-EXP-553377",
      "shippingAddress": {"recipient": "Chan Siew Hoon", "line1": "88 Lebuh Armenian", "postcode": "10200", "city": "George Town", "state": "Penang", "country": "Malaysia"}
    }', '[
      {"status": "pending-payment", "ago": "4 days 9 hours"}, {"status": "processing", "ago": "4 days 8 hours"},
      {"status": "ready-to-ship", "ago": "2 days"}, {"status": "in-transit", "ago": "1 day 3 hours", "note": "On the lorry to Penang."}
    ]'),
    (3, 'user_0000000000002_seeduser2', '{
      "items": [{"name": "Oak study desk, 140 cm", "quantity": 2, "price": 1150.5}, {"name": "Task lamp", "quantity": 2, "price": 189.9}],
      "tax": 214.46, "shipping": 80, "discount": 100, "paymentMethod": "card", "paymentStatus": "pending",
      "shippingAddress": {"recipient": "Kavitha Rajendran", "line1": "B-12-3 Residensi Damai", "line2": "Jalan Kiara 3", "postcode": "50480", "city": "Kuala Lumpur", "country": "Malaysia"}
    }', '[{"status": "pending-payment", "ago": "22 hours"}]')
  ) as seed (number, user_id, details, steps)
$$;
