import type { z } from 'zod';
import { errorReply } from '../../../shared/contract/errors.ts';
import { Failure, rejection } from './failure.ts';

/** A slow backend is waited for this long, a silent one is given up. */
export const TIMEOUT_MS = 20_000;

interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** The version that the caller last saw, as `versionOf` gives it. */
  ifMatch?: string | null | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Sends one request and checks its reply.
 * @throws Failure; an aborted `signal` rejects with the signal's own reason
 */
export type Api = <T>(method: string, path: string, schema: z.ZodType<T>, options?: RequestOptions) => Promise<T>;

interface Access {
  url: string;
  /** The bearer token to send now, or null for requests without one. */
  token: () => Promise<string | null>;
  /** How long to wait for an answer. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

const host = (url: string) => new URL(url).host;

/** Why fetch itself failed. Browsers tell scripts no more than that it did. */
function networkFailure(url: string, timeoutMs: number, isBegun: boolean, error: unknown): Failure {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new Failure('timeout', `No answer within ${timeoutMs / 1000} seconds from ${host(url)}.`, { cause: error });
  }
  if (isBegun) {
    return new Failure('cut', `${host(url)} began to answer, and the connection was cut before the end.`, {
      cause: error,
    });
  }
  return new Failure(
    'unreachable',
    `Nobody answers at ${host(url)}. Check that the API runs and that the address is right.`,
    { cause: error },
  );
}

async function readReply<T>(url: string, response: Response, schema: z.ZodType<T>): Promise<T> {
  const text = await response.text();
  const { status } = response;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Failure(
      'foreign',
      `${host(url)} answered with something else than our API would (HTTP ${status}). Something in between may answer in its place.`,
      { cause, answer: { status, isJson: false } },
    );
  }
  const refused = errorReply.safeParse(json);
  if (refused.data?.error.code === 'not_found' && refused.data.error.fields?.path) {
    const message = `${host(url)} runs our API, but not at this path. Check the address, or connect again with the code that it shows.`;
    throw new Failure('foreign', message, { answer: { status, isJson: true } });
  }
  if (refused.success) throw rejection(refused.data);
  const reply = schema.safeParse(json);
  if (reply.success) return reply.data;
  const isOurs = typeof json === 'object' && json !== null && 'success' in json;
  throw isOurs
    ? new Failure(
        'outdated',
        'The API answered in a way that this version of the extension does not know. Update whichever of the two is older.',
        { cause: reply.error },
      )
    : new Failure('foreign', `${host(url)} answers, but it is not our API (HTTP ${status}).`, {
        answer: { status, isJson: true },
      });
}

/** Requests to one API. Nothing is cached, no cookie is sent, redirects are not followed: a token must not travel on. */
export function createApi({ url, token, timeoutMs = TIMEOUT_MS, fetch: send = fetch }: Access): Api {
  return async (method, path, schema, { query = {}, body, ifMatch, signal } = {}) => {
    const address = new URL(url + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') address.searchParams.set(name, String(value));
    }
    const bearer = await token();
    signal?.throwIfAborted();
    // Only before it is sent can it be known that nothing was.
    if (navigator.onLine === false) throw new Failure('offline', 'This computer is offline.');
    const deadline = AbortSignal.timeout(timeoutMs);
    let isBegun = false;
    try {
      const response = await send(address, {
        method,
        headers: {
          ...(bearer !== null && { Authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(ifMatch && { 'If-Match': `"${ifMatch}"` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      isBegun = true;
      return await readReply(url, response, schema);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof Failure ? error : networkFailure(url, timeoutMs, isBegun, error);
    }
  };
}
