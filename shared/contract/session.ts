import { z } from 'zod';

/** `GET /session`: whose key or session was sent, as the API sees it now. */
export const sessionReply = z.object({
  success: z.literal(true),
  role: z.enum(['admin', 'viewer']),
  /** What the change log calls this caller. */
  actor: z.string().min(1),
});
export type Session = z.infer<typeof sessionReply>;
