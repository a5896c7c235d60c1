import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type ErrorReply, errorReply } from '../../shared/contract/errors.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { captureLead } from './operations.ts';
import { storedRows } from './stored-rows.ts';

/** An API with one lead, for requests that must all be refused. */
export interface Refusing {
  readonly api: TestApi;
  readonly leadId: string;
  post(body: BodyInit | null, headers?: Record<string, string>): Promise<Response>;
}

/**
 * Starts an API for the tests of a file and looks after each of them: whatever it sent, nothing was stored, nothing failed on
 * our side, and the next request is served.
 */
export function refusingApi(): Refusing {
  let api: TestApi;
  let leadId: string;
  let before: Record<string, number>;
  beforeAll(async () => {
    // Limits that are not reached, so that a token taken for a refused request would show as a row.
    api = await startApi({ RATE_LIMIT_PER_IP: '100000', RATE_LIMIT_GLOBAL: '100000' });
    leadId = await captureLead(api);
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    before = await storedRows(api.database);
  });
  afterEach(async () => {
    expect(await storedRows(api.database)).toEqual(before);
    expect(api.incidents).toEqual([]);
    expect((await api.request('GET', `/leads/${leadId}`)).status).toBe(200);
  });
  return {
    get api() {
      return api;
    },
    get leadId() {
      return leadId;
    },
    post: (body, headers = { 'Content-Type': 'application/json' }) =>
      fetch(`${api.url}/leads`, { method: 'POST', body, headers, redirect: 'manual', duplex: 'half' } as RequestInit),
  };
}

/** Expects the envelope with one helpful sentence, naming the field where one is given. */
export async function expectRefusal(reply: Response, status: number, field?: string): Promise<ErrorReply['error']> {
  const text = await reply.text();
  expect(reply.status, text).toBe(status);
  const { error } = errorReply.parse(JSON.parse(text));
  expect(error.message).toMatch(/^\S.{10,200}[.!]$/);
  if (field) expect(Object.keys(error.fields ?? {})).toContain(field);
  expect(error.message, 'speaks of Postgres or the code').not.toMatch(/postgres|SQLSTATE|undefined|\bat \//i);
  return error;
}
