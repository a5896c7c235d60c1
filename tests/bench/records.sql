-- 100,000 leads, 20,000 users with lookups and lists, 50,000 orders, spread over two years. Not logged, as it would only take longer.
set session_replication_role = replica;

insert into kv_store_3cbf86a5 (key, value)
select 'lead:' || id, jsonb_build_object(
  'id', id, 'email', 'lead' || i || '@example.com', 'name', 'Person ' || i, 'phone', '+60 12-555 ' || i,
  'message', repeat('We would like to renovate our kitchen. ', 3), 'page', 'https://studio.example/contact', 'locale', 'en-MY',
  'source', (array['website-form', 'chatbot', 'consultation', 'questionnaire', 'newsletter'])[1 + i % 5],
  'status', (array['new', 'contacted', 'qualified', 'converted', 'lost'])[1 + i / 5 % 5],
  'createdAt', crm.iso(at), 'updatedAt', crm.iso(at)
)
from generate_series(1, 100000) as i, lateral (select now() - (100000 - i) * interval '10 minutes' as at) as moment,
  lateral (select 'lead_' || crm.milliseconds(at) || '_' || lpad(to_hex(i), 9, '0') as id) as named;

insert into kv_store_3cbf86a5 (key, value)
select 'user:user_' || 1700000000000 + i || '_u', jsonb_build_object(
  'id', 'user_' || 1700000000000 + i || '_u', 'email', 'user' || i || '@example.com', 'name', 'Person ' || i, 'phone', '+60 12-555 ' || i,
  'accountStatus', (array['active', 'inactive', 'suspended'])[1 + i % 3], 'totalOrders', 2, 'totalSpent', 2501, 'loyaltyPoints', 250,
  'signupDate', crm.iso(now() - (20000 - i) * interval '50 minutes'), 'address', '{"line1": "12 Jalan Ampang", "city": "Kuala Lumpur"}'::jsonb
)
from generate_series(1, 20000) as i;

insert into kv_store_3cbf86a5 (key, value)
select 'user:email:user' || i || '@example.com', to_jsonb('user_' || 1700000000000 + i || '_u') from generate_series(1, 20000) as i
union all
select 'user:user_' || 1700000000000 + i || '_u:orders', '["order_1_x", "order_1_y"]' from generate_series(1, 20000) as i;

insert into kv_store_3cbf86a5 (key, value)
select 'order:' || id, jsonb_build_object(
  'id', id, 'orderNumber', 'VS-2026-' || lpad(i::text, 6, '0'), 'userId', 'user_' || 1700000000000 + i % 20000 || '_u',
  'items', '[{"name": "Linen sofa", "quantity": 1, "price": 1200.5}]'::jsonb, 'subtotal', 1200.5, 'tax', 0, 'shipping', 50, 'discount', 0, 'total', 1250.5,
  'status', (array['pending-payment', 'processing', 'ready-to-ship', 'in-transit', 'arriving', 'out-for-delivery', 'delivered', 'cancelled', 'refunded'])[1 + i % 9],
  'completed', i % 9 = 6, 'paymentMethod', 'card', 'paymentStatus', 'paid', 'shippingAddress', '{"line1": "12 Jalan Ampang", "city": "Kuala Lumpur"}'::jsonb,
  'timeline', jsonb_build_array(jsonb_build_object('status', 'pending-payment', 'at', crm.iso(at))), 'createdAt', crm.iso(at), 'updatedAt', crm.iso(at)
)
from generate_series(1, 50000) as i, lateral (select now() - (50000 - i) * interval '20 minutes' as at) as moment,
  lateral (select 'order_' || crm.milliseconds(at) || '_' || lpad(to_hex(i), 9, '0') as id) as named;

set session_replication_role = default;
