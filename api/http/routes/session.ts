import { Hono } from 'hono';
import { sessionReply } from '../../../shared/contract/health.ts';
import { requireRole } from '../../auth/require-role.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';

/** GET /session: tells callers who they are here, so that a screen offers no more than they may do. */
export function sessionRoutes(deps: Deps) {
  return new Hono<AppEnv>().get(
    '/session',
    operation({
      summary: 'Whose key or session this is, and what it may do',
      role: 'viewer',
      replies: { 200: sessionReply },
    }),
    requireRole('viewer', deps),
    (context) => context.json({ success: true, ...context.get('identity') }),
  );
}
