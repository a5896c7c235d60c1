import type { Finding } from '../../../shared/contract/sync-report.ts';

/** What drifted, in a sentence or two. @param drift the worst first, at least one */
export function driftSummary(drift: readonly Pick<Finding, 'message'>[]): string {
  const others = drift.length - 1;
  const more = others === 0 ? '' : others === 1 ? ' There is one more finding.' : ` There are ${others} more findings.`;
  return `${drift[0]?.message ?? ''}${more}`;
}
