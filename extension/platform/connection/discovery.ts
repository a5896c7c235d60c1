import { type AuthMethods, healthReply } from '../../../shared/contract/health.ts';
import { createApi } from '../api/api.ts';
import { Failure } from '../api/failure.ts';
import { apiCandidates } from './address.ts';

/** Versions of the API before this one lack routes that the extension needs. */
const OLDEST_VERSION = [0, 1, 0];

export interface Discovered {
  url: string;
  auth: AuthMethods;
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, oldest] of OLDEST_VERSION.entries()) {
    const part = parts[i] ?? 0;
    if (part !== oldest) return part < oldest;
  }
  return false;
}

async function ask(url: string, signal?: AbortSignal): Promise<Discovered> {
  const api = createApi({ url, token: async () => null });
  const { version, auth } = await api('GET', '/health', healthReply, { signal }).catch((error) => {
    if (error instanceof Failure && error.code !== undefined) {
      throw new Failure(
        'rejected',
        `The API at ${new URL(url).host} runs, but it cannot work: ${error.message}`,
        error,
      );
    }
    throw error;
  });
  if (isOlder(version)) {
    throw new Failure(
      'outdated',
      `The API is version ${version}; this extension needs ${OLDEST_VERSION.join('.')} or newer. Update the API, then connect again.`,
    );
  }
  return { url, auth };
}

/**
 * Finds the API behind an address and how people sign in there.
 * @param address as `readAddress` gives it
 * @throws Failure that says what is at the address instead
 */
export async function discover(address: string, signal?: AbortSignal): Promise<Discovered> {
  let first: unknown;
  for (const url of apiCandidates(address)) {
    try {
      return await ask(url, signal);
    } catch (error) {
      first ??= error;
      // A gateway that refuses a path without CORS headers looks to a page as if nobody were there.
      const isElsewhere = error instanceof Failure && (error.kind === 'foreign' || error.kind === 'unreachable');
      if (!isElsewhere) throw error;
    }
  }
  throw first;
}
