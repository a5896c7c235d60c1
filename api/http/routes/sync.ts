import { Hono } from 'hono';
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
import { requireRole } from '../../auth/require-role.ts';
import { projectRef } from '../../auth/sign-in.ts';
import type { Json } from '../../database/database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { jsonBody } from '../request/json-body.ts';
import { validate, validateQuery } from '../request/validate.ts';

/** A receipt names the key of a row, or the id of a submission that waits for review. */
const path = z.object({
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
export function syncRoutes(deps: Deps) {
  const { database, config } = deps;
  const admin = requireRole('admin', deps);
  const project = projectRef(config);

  const complete = (report: z.infer<typeof storedReport>) => ({
    ...judgeReport(report),
    database: { ...report.database, projectRef: project },
  });

  return new Hono<AppEnv>()
    .get(
      '/sync',
      operation({
        summary: 'Compare everything stored, in one snapshot',
        role: 'admin',
        query: freshQuery,
        replies: { 200: syncReply },
      }),
      admin,
      async (context) => {
        const { nonce = null } = validateQuery(freshQuery, context.req.raw);
        const report = storedReport.parse(await database.call('crm_get_sync', {}));
        return context.json({ success: true, nonce, report: complete(report) });
      },
    )
    .post(
      '/sync/repair',
      operation({
        summary: 'Rebuild indexes, lookups, lists of orders and totals; records stay as they are',
        role: 'admin',
        query: repairQuery,
        replies: { 200: repairReply },
      }),
      admin,
      async (context) => {
        const { dryRun, nonce = null } = validateQuery(repairQuery, context.req.raw);
        const payload = { dryRun, actor: context.get('identity').actor };
        const { report, ...done } = repaired.parse(await database.call('crm_repair_sync', payload));
        return context.json({ success: true, nonce, dryRun, ...done, report: complete(report) });
      },
    )
    .get(
      '/sync/rows',
      operation({
        summary: 'Read the records of one kind as stored text, with the digest that Postgres makes of them',
        role: 'admin',
        query: rowsQuery,
        replies: { 200: rowsReply },
      }),
      admin,
      async (context) => {
        const query = validateQuery(rowsQuery, context.req.raw);
        const page = rowsPage.parse(await database.call('crm_list_stored_rows', query));
        return context.json({ success: true, ...page });
      },
    )
    .post(
      '/sync/rows',
      operation({
        summary: 'Read the rows of these keys as stored text, with the digest that Postgres makes of them',
        role: 'admin',
        body: rowsByKeyBody,
        replies: { 200: rowsByKeyReply },
      }),
      admin,
      async (context) => {
        const body = await jsonBody(context.req.raw, rowsByKeyBody);
        const found = rowsByKey.parse(await database.call('crm_get_stored_rows', body as Json));
        return context.json({ success: true, ...found });
      },
    )
    .get(
      '/sync/rows/:key',
      operation({
        summary: 'Read one row as stored text, beside what the change log says of it',
        role: 'admin',
        path,
        query: freshQuery,
        replies: { 200: rowReply },
      }),
      admin,
      async (context) => {
        const { key } = validate(path, context.req.param());
        const payload = { key, ...validateQuery(freshQuery, context.req.raw) };
        return context.json({ success: true, ...oneRow.parse(await database.call('crm_get_stored_row', payload)) });
      },
    );
}
