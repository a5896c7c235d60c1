import type { Incident } from '../deps.ts';

/**
 * Writes one line of JSON to standard error for a request that failed on our side. Messages are left out on purpose:
 * Postgres quotes the values it refuses, and those are people's data.
 */
export function reportIncident({ requestId, method, route, error }: Incident): void {
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
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
