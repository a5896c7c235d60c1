import type { Incident } from '../http/deps.ts';

/**
 * One line of JSON about a request that failed on our side. Messages are left out on purpose: Postgres quotes the values it
 * refuses, and those are people's data.
 */
export function describeIncident({ requestId, method, route, error }: Incident): string {
  const causes: string[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push('code' in cause ? `${cause.name} ${String(cause.code)}` : cause.name);
  }
  const frames =
    error instanceof Error ? (error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []) : [];
  const line = {
    level: 'error',
    requestId,
    method,
    route,
    causes,
    at: frames.slice(0, 5).map((frame) => frame.trim()),
  };
  return JSON.stringify(line);
}

/** Writes that line to standard error. */
export function reportIncident(incident: Incident): void {
  process.stderr.write(`${describeIncident(incident)}\n`);
}
