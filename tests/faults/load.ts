import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type CaptureReply, captureReply } from '../../shared/contract/capture.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { PATIENCE_MS } from '../rig/patience.ts';
import type { Random } from './random.ts';

export interface Submission {
  submissionId: string;
  email: string;
}

/** What one attempt led to. Only "acknowledged" says anything about what is stored; the rest is "maybe". */
export type Outcome = { name: string; reply?: CaptureReply };

/** Everything the clients know, in Jepsen's terms the history. */
export interface Ledger {
  /** Emails of all submissions that were sent at least once. */
  attempted: Set<string>;
  /** The reply to each email whose lead was acknowledged. */
  acknowledged: Map<string, CaptureReply>;
  /** How often each kind of outcome was seen. */
  outcomes: Map<string, number>;
  /** Replies that contradict an earlier one. */
  contradictions: string[];
}

export function newLedger(): Ledger {
  return { attempted: new Set(), acknowledged: new Map(), outcomes: new Map(), contradictions: [] };
}

export function newSubmission(): Submission {
  const submissionId = randomUUID();
  return { submissionId, email: `${submissionId}@example.com` };
}

/** Posts a submission once. */
export async function post(url: string, submission: Submission): Promise<Outcome> {
  try {
    const response = await fetch(`${url}/leads`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(submission),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body: unknown = await response.json();
    const { status } = response;
    if (response.ok) return { name: status === 200 ? 'replayed' : `stored ${status}`, reply: captureReply.parse(body) };
    const { code, retryAfter } = errorReply.parse(body).error;
    return { name: `${status} ${code}${status === 503 && !retryAfter ? ' without retryAfter' : ''}` };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return { name: 'no reply' };
    if (error instanceof TypeError) return { name: 'connection lost' };
    throw error;
  }
}

/**
 * Visitors who submit one form after another. When the outcome is unclear most of them send the same submission again,
 * some give up; and some press twice although it was acknowledged.
 * @param target resolves to where the product serves; clients wait for it while there is no product
 * @returns a function that lets every client finish what it began
 */
export function startLoad(clients: number, target: () => Promise<string>, ledger: Ledger, random: Random) {
  let stopped = false;
  const count = ({ name }: Outcome) => ledger.outcomes.set(name, (ledger.outcomes.get(name) ?? 0) + 1);

  async function submit(submission: Submission): Promise<void> {
    ledger.attempted.add(submission.email);
    for (;;) {
      const outcome = await post(await target(), submission);
      count(outcome);
      const earlier = ledger.acknowledged.get(submission.email);
      if (earlier && outcome.reply && JSON.stringify(earlier) !== JSON.stringify(outcome.reply)) {
        ledger.contradictions.push(`${JSON.stringify(earlier)} then ${JSON.stringify(outcome.reply)}`);
      }
      if (outcome.reply) ledger.acknowledged.set(submission.email, outcome.reply);
      if (outcome.reply ? earlier || random() < 0.9 : random() < 0.1) return;
      if (!outcome.reply) await pause(50 + random() * 50);
    }
  }

  const running = Array.from({ length: clients }, async () => {
    while (!stopped) await submit(newSubmission());
  });
  // Looked at in stop(); until then a client's failure must not end the process.
  const finished = Promise.all(running);
  finished.catch(() => undefined);
  return async function stop(): Promise<void> {
    stopped = true;
    await finished;
  };
}
