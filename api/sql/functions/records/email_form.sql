-- Which addresses are the same: those with one form. It does not depend on the locale of the database. The 26 letters of ASCII count in
-- either case, every other letter as it is written. A domain in another script and its ASCII form (xn--…) are one. A soft hyphen, which
-- nobody sees, does not count.

-- Unicode in ASCII, by the algorithm and the names of RFC 3492, section 6.3.
create or replace function crm.punycode(label text) returns text
language plpgsql immutable parallel safe
as $$
declare
  points integer[] := array(
    select ascii(letter) from regexp_split_to_table(label, '') with ordinality as part (letter, place) order by place
  );
  point integer;
  basic integer := (select count(*) from unnest(points) as letter where letter < 128);
  handled integer := basic;
  output text := (select string_agg(chr(letter), '' order by place) || '-' from unnest(points) with ordinality as part (letter, place) where letter < 128);
  n integer := 128;
  delta bigint := 0;
  bias bigint := 72;
  next integer;
  q bigint;
  k bigint;
  t bigint;
begin
  output := coalesce(output, '');
  while handled < cardinality(points) loop
    next := (select min(letter) from unnest(points) as letter where letter >= n);
    delta := delta + (next - n) * (handled + 1)::bigint;
    n := next;
    foreach point in array points loop
      if point < n then
        delta := delta + 1;
      elsif point = n then
        q := delta;
        k := 36;
        loop
          t := least(26, greatest(1, k - bias));
          exit when q < t;
          output := output || substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + (t + (q - t) % (36 - t))::integer, 1);
          q := (q - t) / (36 - t);
          k := k + 36;
        end loop;
        output := output || substr('abcdefghijklmnopqrstuvwxyz0123456789', 1 + q::integer, 1);
        delta := delta / case when handled = basic then 700 else 2 end;
        handled := handled + 1;
        delta := delta + delta / handled;
        k := 0;
        while delta > 455 loop
          delta := delta / 35;
          k := k + 36;
        end loop;
        bias := k + 36 * delta / (delta + 38);
        delta := 0;
      end if;
    end loop;
    delta := delta + 1;
    n := n + 1;
  end loop;
  return output;
end $$;

-- A domain as DNS has it (RFC 5890). Letters that Unicode holds equal, such as full-width ones, become one.
create or replace function crm.ascii_domain(domain text) returns text
language sql immutable parallel safe
as $$
  select string_agg(case octet_length(label) when length(label) then label else 'xn--' || crm.punycode(label) end, '.' order by place)
  from regexp_split_to_table(lower(normalize(domain, NFKC) collate "C"), '\.') with ordinality as part (label, place)
$$;

create or replace function crm.international_email_form(email text) returns text
language sql immutable parallel safe
as $$
  select lower(left(visible, -length(domain)) collate "C") || crm.ascii_domain(domain)
  from replace(email, chr(173), '') as visible, substring(visible from '[^@]*$') as domain
$$;

-- Nearly every address is ASCII, one byte for each letter. An expression alone, so that queries over all rows can inline it.
create or replace function crm.email_form(email text) returns text
language sql immutable parallel safe
return case when octet_length(email) = length(email) then lower(email collate "C") else crm.international_email_form(email) end;
