import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../http/deps.ts';
import { ApiError } from '../http/errors.ts';
import type { Role } from './identity.ts';

/**
 * Lets a request pass when its bearer token has at least this role; an admin may do all that a viewer may.
 * @throws ApiError unauthorized without a token or with an unknown one, forbidden with too small a role or none,
 *   database_unavailable when it cannot be found out whose token it is
 */
export function requireRole(role: Role, deps: Deps) {
  return createMiddleware<AppEnv>(async (context, next) => {
    const header = context.req.header('Authorization');
    // RFC 6750, section 2.1: the scheme is case-insensitive.
    const token = header?.match(/^Bearer +(\S+) *$/i)?.[1];
    if (!token) throw new ApiError('unauthorized', 'Sign in first: send the header "Authorization: Bearer <key>".');
    const identity = await deps.authenticate(token);
    if (!identity) throw new ApiError('unauthorized', 'This key or session is not accepted here. Sign in again.');
    if (identity.role === null) {
      throw new ApiError(
        'forbidden',
        'This account is signed in but was not let in: whoever runs this CRM can do so with `npm run admin -- add <email>`.',
      );
    }
    if (role === 'admin' && identity.role !== 'admin') {
      throw new ApiError(
        'forbidden',
        'This needs the role admin, and you are a viewer. Ask whoever runs this CRM for it.',
      );
    }
    context.set('identity', identity);
    await next();
  });
}
