import { z } from 'zod';
import { changesCursor } from './changes.ts';
import * as limits from './limits.ts';
import { malformedRow } from './malformed-row.ts';
import { pageLimit } from './page-limit.ts';
import { receipt } from './receipt.ts';
import { text } from './text.ts';
import { accountStatus, user, userId } from './user.ts';

/** `GET /users`: newest first. */
export const usersQuery = z.strictObject({
  accountStatus: accountStatus.optional(),
  q: text(limits.SEARCH_LENGTH).optional(),
  limit: pageLimit,
  cursor: userId.optional(),
  total: z.enum(['0', '1']).optional(),
});

export const usersReply = z.object({
  success: z.literal(true),
  users: z.array(user),
  malformed: z.array(malformedRow),
  nextCursor: userId.nullable(),
  /** Where `GET /changes` continues this very list. */
  changesCursor,
  total: z.number().int().nonnegative().optional(),
});

/** `digest` as in leadReply. */
export const userReply = z.object({ success: z.literal(true), user, digest: receipt.shape.digest.optional() });

export const userDeletedReply = z.object({ success: z.literal(true), deleted: userId });
