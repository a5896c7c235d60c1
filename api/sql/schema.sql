-- What a migrated database holds, to be read in reviews. `npm run schema` writes it; nothing runs it.
-- Bodies of functions are in functions/. Behind each function stands who else than its owner may call it.

create schema crm;
create table crm.changes (
  seq bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  key text not null,
  operation text not null,
  actor text,
  at timestamp with time zone not null default clock_timestamp(),
  old_fields jsonb,
  new_fields jsonb
);
create table crm.held_submissions (
  id text collate C not null,
  submission_id uuid,
  reasons jsonb not null,
  submission jsonb not null,
  held_at timestamp with time zone not null
);
create table crm.migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  ran_at timestamp with time zone not null default clock_timestamp()
);
create table crm.order_numbers (
  year integer not null,
  last integer not null,
  free_up_to integer not null default 999999
);
create table crm.rate_buckets (
  bucket text not null,
  tokens double precision not null,
  at timestamp with time zone not null
);
create table crm.settings (
  name text not null,
  value jsonb not null
);
create table crm.submissions (
  submission_id uuid not null,
  fingerprint bytea not null,
  outcome jsonb,
  created_at timestamp with time zone not null default now()
);
create table public.kv_store_3cbf86a5 (
  key text not null,
  value jsonb not null,
  created_at timestamp with time zone default now()
);
alter table crm.changes add constraint changes_operation_check CHECK ((operation = ANY (ARRAY['insert'::text, 'update'::text, 'delete'::text, 'truncate'::text])));
alter table crm.changes add constraint changes_pkey PRIMARY KEY (seq);
alter table crm.held_submissions add constraint held_submissions_pkey PRIMARY KEY (id);
alter table crm.migrations add constraint migrations_pkey PRIMARY KEY (number);
alter table crm.order_numbers add constraint order_numbers_pkey PRIMARY KEY (year);
alter table crm.rate_buckets add constraint rate_buckets_pkey PRIMARY KEY (bucket);
alter table crm.settings add constraint settings_pkey PRIMARY KEY (name);
alter table crm.submissions add constraint submissions_pkey PRIMARY KEY (submission_id);
alter table public.kv_store_3cbf86a5 add constraint kv_store_3cbf86a5_pkey PRIMARY KEY (key);
alter table public.kv_store_3cbf86a5 enable row level security;
CREATE INDEX changes_by_key ON crm.changes USING btree (key COLLATE "C", seq);
CREATE INDEX changes_by_transaction ON crm.changes USING btree (xid, seq);
CREATE INDEX submissions_by_receipt ON crm.submissions USING btree (((outcome #>> '{receipt,key}'::text[]))) WHERE ((outcome #>> '{receipt,key}'::text[]) IS NOT NULL);
CREATE INDEX kv_store_3cbf86a5_by_key ON public.kv_store_3cbf86a5 USING btree (key COLLATE "C");
CREATE INDEX kv_store_3cbf86a5_segments ON public.kv_store_3cbf86a5 USING btree (split_part(key, ':'::text, 1), ((split_part(key, ':'::text, 3))::integer)) WHERE (key ~ '^(leads|users|orders):index:[1-9][0-9]{0,8}$'::text);
CREATE INDEX kv_store_3cbf86a5_stray_keys ON public.kv_store_3cbf86a5 USING btree (key COLLATE "C") WHERE ((key ~ '^(lead:lead|user:user|order:order)_'::text) AND (key !~ '^((lead:lead|user:user|order:order)_[0-9]{1,15}_[a-z0-9]{1,12}|user:user_[0-9]{1,15}_[a-z0-9]{1,12}:orders)$'::text));
CREATE TRIGGER crm_log_truncate AFTER TRUNCATE ON public.kv_store_3cbf86a5 FOR EACH STATEMENT EXECUTE FUNCTION crm.log_change();
CREATE TRIGGER crm_log_write AFTER INSERT OR DELETE OR UPDATE ON public.kv_store_3cbf86a5 FOR EACH ROW EXECUTE FUNCTION crm.log_change();
create policy crm_readers on public.kv_store_3cbf86a5 as PERMISSIVE for SELECT to authenticated using (true);
create policy crm_readers_only on public.kv_store_3cbf86a5 as RESTRICTIVE for ALL to authenticated using ((crm.require_reader_early() AND ( SELECT crm.require_reader() AS require_reader) AND crm.shown_directly(key, value))) with check (false);
grant usage on schema crm to service_role;
grant select on table crm.changes to service_role;
grant delete, insert, select, update on table crm.held_submissions to service_role;
grant insert, select, update on table crm.order_numbers to service_role;
grant delete, insert, select, update on table crm.rate_buckets to service_role;
grant select on table crm.settings to service_role;
grant insert, select, update on table crm.submissions to service_role;
grant delete, insert, select, update on table public.kv_store_3cbf86a5 to service_role;
grant select on table public.kv_store_3cbf86a5 to authenticated;
CREATE OR REPLACE FUNCTION crm.act_as(actor text) RETURNS void LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.add_seed_leads() RETURNS bigint LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.add_seed_orders() RETURNS integer LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.add_seed_users() RETURNS integer LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.add_to_orders_list(user_id text, order_id text) RETURNS void LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.amount(cents bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.append_ids(entity text, ids text[]) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.append_to_orders_list(user_id text, order_id text) RETURNS void LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.ascii_domain(domain text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.by_day(moments text[], cents bigint[], first_day date, last_day date, time_zone text) RETURNS TABLE(day text, count bigint, cents numeric) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.cents(amount jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.change_order(id text, if_match text, patch jsonb, note text, actor text) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.changes_cursor() RETURNS text LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.claim_email(email text, id text) RETURNS boolean LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.claim_submission(id uuid, content text) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.credit_user(user_id text, was jsonb, becomes jsonb) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.day_start(day date, time_zone text) RETURNS timestamp with time zone LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.delete_record(key text) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.derived_changes() RETURNS TABLE(key text, code text, old_value jsonb, new_value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.describe_change(entry crm.changes) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.describe_repair(key text, code text, old_value jsonb, new_value jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.digest(key text, value jsonb) RETURNS text LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.digest_lane(digest bytea, lane integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.digest_sum(digests bytea[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.email_form(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.email_key(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.email_lookups() RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.entity_rows(entity text) RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.entity_sum(entity text) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.expected_index(entity text) RETURNS TABLE(key text, ids jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.expected_lookups() RETURNS TABLE(key text, owner text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.expected_order_lists() RETURNS TABLE(key text, list jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.expected_totals() RETURNS TABLE(key text, value jsonb, totals jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.fields_missing_from(base jsonb, candidate jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.fields_of(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.finding_texts() RETURNS TABLE(place bigint, code text, severity text, repairable boolean, message text, remedy text) LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.free_order_numbers(year integer, given integer, OUT first integer, OUT last integer) RETURNS SETOF record LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.function_digests() RETURNS jsonb LANGUAGE sql STABLE SET search_path TO ''; -- service_role
CREATE OR REPLACE FUNCTION crm.function_name(function oid) RETURNS text LANGUAGE sql STABLE SET search_path TO ''; -- service_role
CREATE OR REPLACE FUNCTION crm.get_record(kind text, id text) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.has_stray_keys() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.history_of(kind text, id text) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.hold_submission(submission_id uuid, submission jsonb, reasons jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.ids_missing_from(base jsonb, candidate jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.index_changes(entity text) RETURNS TABLE(key text, code text, old_value jsonb, new_value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.index_faults(entity text) RETURNS TABLE(code text, key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.index_rows(entity text) RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.indexed_count(entity text) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.insert_record(key text, value jsonb, created_at timestamp with time zone) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.international_email_form(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.is_withheld(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.iso(moment timestamp with time zone) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.keep_item_fields(items jsonb, old_items jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.keyed_hash(content text) RETURNS bytea LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.lead_field_problem(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.lead_figures(first_day date, last_day date, time_zone text) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.lead_problem(id text, value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.limit_rate(address text, per_address integer, per_service integer) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.listed_ids(list jsonb) RETURNS TABLE(id text, place bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.lock_index(entity text) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.lock_record(kind text, id text, if_match text) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.lock_records(kind text, ids text[]) RETURNS text[] LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''; -- service_role
CREATE OR REPLACE FUNCTION crm.lookup_changes() RETURNS TABLE(key text, code text, old_value jsonb, new_value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.lookup_faults() RETURNS TABLE(code text, key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.matching_leads(filters jsonb) RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.matching_orders(filters jsonb) RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.matching_users(filters jsonb) RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.may_name_a_secret(content text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.merge_patch(target jsonb, patch jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.milliseconds(moment timestamp with time zone) RETURNS bigint LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.minute_number(moment text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.missing_rows() RETURNS TABLE(key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.move_email(id text, old_email text, new_email text) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.new_id(kind text, ms bigint) RETURNS text LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.next_milliseconds(head jsonb) RETURNS bigint LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.next_order_number() RETURNS text LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.next_statuses(status text) RETURNS text[] LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.next_version(before text) RETURNS text LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.oldest_segment(entity text) RETURNS text LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.order_field_problem(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.order_figures(first_day date, last_day date, time_zone text) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.order_lists() RETURNS TABLE(key text, value jsonb) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.order_problem(id text, value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.order_sums(value jsonb, given jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.order_worth(value jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.orders_list_faults() RETURNS TABLE(code text, key text, list_key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.orders_of_users() RETURNS TABLE(key text, user_id text, worth bigint) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.patch_record(kind text, id text, old_value jsonb, patch jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.prepend_id(entity text, head jsonb, id text) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.punycode(label text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.read_back(key text, was_written boolean) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.receipt(key text, value jsonb, stored_at timestamp with time zone) RETURNS jsonb LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.receipt_faults() RETURNS TABLE(code text, key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.redact(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.redact_below(value jsonb, levels integer) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.redact_encoded(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.refuse_write() RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.release_email(email text, id text) RETURNS void LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.remove_from_orders_list(user_id text, order_id text) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.remove_ids(entity text, ids text[]) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.remove_ids_from_segments(entity text, ids text[]) RETURNS integer LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.remove_order(id text, value jsonb) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.remove_user(id text, value jsonb) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.repair_reply(count bigint, shown jsonb[]) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.require_all_rows() RETURNS void LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.require_reader() RETURNS boolean LANGUAGE plpgsql STABLE; -- authenticated, service_role
CREATE OR REPLACE FUNCTION crm.require_reader_early() RETURNS boolean LANGUAGE sql IMMUTABLE; -- authenticated, service_role
CREATE OR REPLACE FUNCTION crm.require_step(from_status text, to_status text) RETURNS void LANGUAGE plpgsql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.row_digest(key text, value_text text) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.seed_leads() RETURNS TABLE(id text, age interval, lead jsonb) LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.seed_orders() RETURNS TABLE(id text, user_id text, details jsonb, steps jsonb) LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.seed_users() RETURNS TABLE(id text, age interval, details jsonb) LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.shape_faults() RETURNS TABLE(code text, entity text, key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.show_order(key text, value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.shown_directly(key text, value jsonb) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO ''; -- authenticated, service_role
CREATE OR REPLACE FUNCTION crm.store_lead(submission jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.store_user(details jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.stored_texts(keys text[]) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.stored_totals(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.sync_findings() RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.take_token(name text, per_minute integer) RETURNS integer LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.texts_in(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.timeline_entry(status text, note text, actor text) RETURNS jsonb LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION crm.today(time_zone text) RETURNS date LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.totals_faults() RETURNS TABLE(code text, key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.truncates() RETURNS TABLE(seq bigint, at timestamp with time zone) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.unknown_keys() RETURNS TABLE(key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.unlink_leads(user_id text) RETURNS void LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.update_record(key text, value jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION crm.user_field_problem(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.user_figures(month_start timestamp with time zone) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.user_missing_faults() RETURNS TABLE(code text, entity text, key text) LANGUAGE sql STABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.user_of_lead(lead jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE; -- service_role
CREATE OR REPLACE FUNCTION crm.user_problem(id text, value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE; -- service_role
CREATE OR REPLACE FUNCTION crm.user_with_email(email text) RETURNS text LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_add_order_event(payload jsonb) RETURNS jsonb LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_add_seed(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_capture_lead(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_check_health(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_convert_lead(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_create_order(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_create_user(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_delete_held(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_delete_lead(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_delete_order(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_delete_user(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_canary(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_lead(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_order(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_schema(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_stats(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE SET parallel_setup_cost TO '0' SET parallel_tuple_cost TO '0' SET random_page_cost TO '1.1'; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_stored_row(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_stored_rows(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_sync(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE SET jit TO 'off' SET enable_nestloop TO 'off' SET work_mem TO '64MB' SET statement_timeout TO '14s'; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_user(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_get_user_by_email(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_changes(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_held(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_lead_history(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_leads(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_order_history(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_orders(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_stored_rows(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE SET enable_sort TO 'off'; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_user_history(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_user_orders(payload jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_list_users(payload jsonb) RETURNS jsonb LANGUAGE sql STABLE; -- service_role
CREATE OR REPLACE FUNCTION public.crm_record_login(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_release_held(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_remove_canary(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_remove_seed(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_repair_sync(payload jsonb) RETURNS jsonb LANGUAGE plpgsql SET jit TO 'off' SET enable_nestloop TO 'off' SET work_mem TO '64MB' SET lock_timeout TO '5s' SET statement_timeout TO '14s'; -- service_role
CREATE OR REPLACE FUNCTION public.crm_update_lead(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_update_order(payload jsonb) RETURNS jsonb LANGUAGE sql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_update_user(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
CREATE OR REPLACE FUNCTION public.crm_write_canary(payload jsonb) RETURNS jsonb LANGUAGE plpgsql; -- service_role
