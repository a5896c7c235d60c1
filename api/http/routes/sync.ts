import { z } from 'zod';
import { HELD_ID, STORED_KEY } from '../../../shared/contract/record-key.ts';
import {
  freshQuery,
  repairQuery,
  repairReply,
  rowReply,
  rowsByKeyBody,
  rowsByKeyReply,
  rowsQuery,
  rowsReply,
  syncReply,
  syncReport,
} from '../../../shared/contract/sync-report.ts';
import { judgeReport } from '../../../shared/proof/judge-report.ts';
import { projectRef } from '../../auth/sign-in.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';

/** A receipt names the key of a row, or the id of a submission that waits for review. */
const params = z.object({
  key: z
    .string()
    .refine(
      (text) => STORED_KEY.test(text) || HELD_ID.test(text),
      'Use the key of a receipt, like lead:lead_1736177352123_abc123def.',
    ),
});

/** Postgres does not know which project it is in. */
const storedReport = syncReport.extend({ database: syncReport.shape.database.omit({ projectRef: true }) });
const repaired = repairReply.omit({ success: true, nonce: true, dryRun: true }).extend({ report: storedReport });
const rowsPage = rowsReply.omit({ success: true });
const rowsByKey = rowsByKeyReply.omit({ success: true });
const oneRow = rowReply.omit({ success: true });

/** /sync: what is stored, compared with itself, and as text for whoever compares it from outside. */
export function syncRoutes({ database, config }: Deps): Route[] {
  const project = projectRef(config);

  const complete = (report: z.infer<typeof storedReport>) => ({
    ...judgeReport(report),
    database: { ...report.database, projectRef: project },
  });

  return [
    route(
      {
        method: 'GET',
        path: '/sync',
        summary: 'Compare everything stored, in one snapshot',
        who: 'admin',
        query: freshQuery,
        replies: { 200: syncReply },
      },
      async ({ context, query: { nonce = null } }) => {
        const report = storedReport.parse(await database.call('crm_get_sync', {}));
        return context.json({ success: true, nonce, report: complete(report) });
      },
    ),
    route(
      {
        method: 'POST',
        path: '/sync/repair',
        summary: 'Rebuild indexes, lookups, lists of orders and totals; records stay as they are',
        who: 'admin',
        query: repairQuery,
        replies: { 200: repairReply },
      },
      async ({ context, query: { dryRun, nonce = null }, actor }) => {
        const { report, ...done } = repaired.parse(await database.call('crm_repair_sync', { dryRun, actor }));
        return context.json({ success: true, nonce, dryRun, ...done, report: complete(report) });
      },
    ),
    route(
      {
        method: 'GET',
        path: '/sync/rows',
        summary: 'Read the records of one kind as stored text, with the digest that Postgres makes of them',
        who: 'admin',
        query: rowsQuery,
        replies: { 200: rowsReply },
      },
      async ({ context, query }) =>
        context.json({ success: true, ...rowsPage.parse(await database.call('crm_list_stored_rows', query)) }),
    ),
    route(
      {
        method: 'POST',
        path: '/sync/rows',
        summary: 'Read the rows of these keys as stored text, with the digest that Postgres makes of them',
        who: 'admin',
        body: rowsByKeyBody,
        example: { keys: ['lead:lead_1736177352123_abc123def'] },
        replies: { 200: rowsByKeyReply },
      },
      async ({ context, body }) =>
        context.json({ success: true, ...rowsByKey.parse(await database.call('crm_get_stored_rows', body)) }),
    ),
    route(
      {
        method: 'GET',
        path: '/sync/rows/:key',
        summary: 'Read one row as stored text, beside what the change log says of it',
        who: 'admin',
        params,
        query: freshQuery,
        replies: { 200: rowReply },
      },
      async ({ context, params, query }) => {
        const found = await database.call('crm_get_stored_row', { ...params, ...query });
        return context.json({ success: true, ...oneRow.parse(found) });
      },
    ),
  ];
}
