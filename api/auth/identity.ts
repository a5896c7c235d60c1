export type Role = 'admin' | 'viewer';

/** Who calls: the role decides what they may do, the actor is what the change log says. */
export interface Identity {
  /** Null for somebody whom we know but whom nobody let in. */
  role: Role | null;
  actor: string;
}

/**
 * Tells who a bearer token belongs to, or null when it is none of ours.
 * @throws ApiError database_unavailable when that cannot be found out right now
 */
export type Authenticate = (token: string) => Promise<Identity | null>;
