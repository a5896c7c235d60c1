import { expect } from 'vitest';
import type { Lead } from '../../shared/contract/lead.ts';
import type { TestApi } from './api.ts';
import { eventually } from './eventually.ts';

/** Id of lead `number`: the higher, the newer. */
export const numberedId = (number: number) => `lead_${1_700_000_000_000 + number}_aaaaaaaaa`;

/** From the newest to the oldest, as lists show them. */
export const numberedIds = (newest: number, oldest: number) =>
  Array.from({ length: newest - oldest + 1 }, (_, i) => numberedId(newest - i));

/** Stores leads number `first` to `last` by hand, past the API. */
export const insertLeads = ({ sql }: TestApi, first: number, last: number, fields: Partial<Lead> = {}) =>
  sql(
    `insert into kv_store_3cbf86a5 (key, value)
     select 'lead:' || id, jsonb_build_object('id', id, 'email', 'ann@example.com', 'status', 'new') || $3::jsonb
     from generate_series($1::bigint, $2::bigint) as number,
       lateral (select 'lead_' || 1700000000000 + number || '_aaaaaaaaa' as id) as named`,
    [first, last, JSON.stringify(fields)],
  );

/** Changes fields of a lead by hand, past the API. */
export const editLead = ({ sql }: TestApi, id: string, fields: object) =>
  sql('update kv_store_3cbf86a5 set value = value || $2::jsonb where key = $1', [`lead:${id}`, JSON.stringify(fields)]);

/** Waits until the change feed tells of all that was written so far: other transactions on the server may hold it back. */
export async function settleFeed({ sql }: TestApi): Promise<void> {
  await eventually(async () => {
    const behind = await sql('select from crm.changes where xid >= pg_snapshot_xmin(pg_current_snapshot())');
    expect(behind).toEqual([]);
  });
}
