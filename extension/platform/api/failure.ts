import type { ErrorCode, ErrorParams, ErrorReason, ErrorReply } from '../../../shared/contract/errors.ts';

/**
 * Why something gave nothing usable. `rejected` is the API's own word.
 * - offline: this computer has no network, so nothing was sent
 * - unreachable: nobody answers at that address, or the answer may not be read
 * - cut: somebody began to answer, and the connection ended before the answer did
 * - timeout: no answer in time
 * - foreign: somebody answers, but not our API
 * - outdated: our API, but in a version that this extension does not know
 * - contradictory: our API, in words that are known, but what they say cannot be
 * - signed_out: there is no valid sign-in to send
 * - fault: a mistake of this extension, whatever the API did
 */
export type FailureKind =
  | 'offline'
  | 'unreachable'
  | 'cut'
  | 'timeout'
  | 'foreign'
  | 'outdated'
  | 'contradictory'
  | 'signed_out'
  | 'fault'
  | 'rejected';

/** The kinds of failure where nothing whole came back. */
const SILENT: readonly FailureKind[] = ['offline', 'unreachable', 'cut', 'timeout'];

interface Details {
  code?: ErrorCode | undefined;
  /** Why, where the code leaves that open. */
  reason?: ErrorReason | ErrorCode | undefined;
  params?: ErrorParams | undefined;
  requestId?: string | undefined;
  fields?: Record<string, string> | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  /** What somebody else than our API answered: its HTTP status, and whether it was JSON. */
  answer?: { status: number; isJson: boolean } | undefined;
  cause?: unknown;
}

/** A failed request with a sentence for the person before the screen. */
export class Failure extends Error {
  override name = 'Failure';
  readonly kind: FailureKind;
  readonly code: ErrorCode | undefined;
  readonly reason: Details['reason'];
  readonly params: ErrorParams;
  readonly requestId: string | undefined;
  readonly fields: Record<string, string>;
  readonly retryAfter: number | undefined;
  readonly answer: Details['answer'];

  constructor(kind: FailureKind, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.reason = details.reason;
    this.params = details.params ?? {};
    this.requestId = details.requestId;
    this.fields = details.fields ?? {};
    this.retryAfter = details.retryAfter;
    this.answer = details.answer;
  }

  /** Whether the sign-in is what is wrong, so that only a new one helps. */
  get endsSession(): boolean {
    return this.kind === 'signed_out' || this.code === 'unauthorized';
  }

  /** Whether the backend is away, as opposed to an answer that says no or makes no sense. */
  get isAway(): boolean {
    return SILENT.includes(this.kind) || this.code === 'database_unavailable' || this.code === 'schema_missing';
  }
}

/** What the API itself said in its envelope. */
export function rejection({ error }: ErrorReply): Failure {
  return new Failure('rejected', error.message, error);
}

/** Any thrown value as a Failure; what is none of ours is a fault of this extension and says so. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('fault', 'The extension failed at this. Reload it; if it happens again, please report it.', {
    cause: error,
  });
}

/** The API itself does not know: the database may have committed before its answer was lost. */
const OPEN_CODES: readonly (ErrorCode | undefined)[] = ['internal', 'database_unavailable'];

/**
 * What a failed write means for the data, in one sentence. Only the API can say that nothing was stored.
 * @param otherwise what to do when nobody knows
 */
export function whatBecameOf(
  failure: Failure,
  otherwise = 'what is shown here is read again as soon as the API answers.',
): string {
  if (failure.kind === 'rejected' && !OPEN_CODES.includes(failure.code)) return 'Nothing was saved.';
  if (failure.kind === 'offline' || failure.kind === 'signed_out') return 'Nothing was sent, so nothing was saved.';
  return `It is not known whether it was saved: ${otherwise}`;
}
