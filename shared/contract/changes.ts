import { z } from 'zod';
import { pageLimit } from './page.ts';

/** What one write did to one field; a side is absent where the field was. Any JSON: people edit rows by hand too. */
export const fieldChange = z.object({ from: z.unknown().optional(), to: z.unknown().optional() });

/** The actor of a lead that a visitor has sent. */
export const FORM = 'form';

/** One write on one row. `actor` is null for a write that did not come through this API. */
export const change = z.object({
  cursor: z.string().min(1),
  key: z.string(),
  operation: z.enum(['insert', 'update', 'delete', 'truncate']),
  actor: z.string().nullable(),
  at: z.iso.datetime(),
  fields: z.record(z.string(), fieldChange),
});
export type Change = z.infer<typeof change>;

/** `<transaction id>.<sequence>`: opaque to callers. */
export const changesCursor = z.string().regex(/^[0-9]{1,19}\.[0-9]{1,18}$/, 'Use the nextCursor of an earlier reply.');

export const changesQuery = z.strictObject({ after: changesCursor.optional(), limit: pageLimit });

/** `nextCursor` stays valid when nothing has changed: ask again with it. `more` says that a next page is ready now. */
export const changesReply = z.object({
  success: z.literal(true),
  changes: z.array(change),
  nextCursor: changesCursor,
  more: z.boolean(),
});

/** Oldest first. A deleted lead keeps its events; what they said of the person is erased with it. */
export const historyReply = z.object({ success: z.literal(true), history: z.array(change) });
