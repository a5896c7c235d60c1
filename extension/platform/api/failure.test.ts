import { describe, expect, it } from 'vitest';
import { ERROR_STATUS, type ErrorCode } from '../../../shared/contract/errors.ts';
import { asFailure, Failure, rejection, whatBecameOf } from './failure.ts';

const codes = Object.keys(ERROR_STATUS) as ErrorCode[];
const refused = (code: ErrorCode) =>
  rejection({ success: false, error: { code, message: 'Not now.', requestId: 'r1' } });

describe('what a failed write means for the data:', () => {
  it.each(['offline', 'signed_out'] as const)('%s means that nothing was sent', (kind) => {
    expect(whatBecameOf(new Failure(kind, 'No.'))).toBe('Nothing was sent, so nothing was saved.');
  });

  it.each(['unreachable', 'cut', 'timeout', 'foreign', 'outdated', 'contradictory', 'fault'] as const)(
    '%s leaves it open',
    (kind) => {
      expect(whatBecameOf(new Failure(kind, 'No.'))).toMatch(/^It is not known whether it was saved/);
    },
  );

  // The commit may have been lost on the way back: only a database that answered is known to have stored nothing.
  it.each(['internal', 'database_unavailable'] as const)('%s leaves it open too, though the API says it', (code) => {
    expect(whatBecameOf(refused(code))).toMatch(/^It is not known whether it was saved/);
  });

  it.each(codes.filter((code) => code !== 'internal' && code !== 'database_unavailable'))(
    '%s means that nothing was saved',
    (code) => {
      expect(whatBecameOf(refused(code))).toBe('Nothing was saved.');
    },
  );
});

describe('a failure', () => {
  it('keeps what the envelope said', () => {
    const error = { code: 'invalid_request', message: 'No.', requestId: 'r1', fields: { email: 'No.' } } as const;
    const failure = rejection({ success: false, error: { ...error, retryAfter: 3 } });
    expect(failure).toMatchObject({ kind: 'rejected', ...error, retryAfter: 3 });
    expect(refused('internal')).toMatchObject({ fields: {}, retryAfter: undefined });
  });

  it('ends the session only when the sign-in is what is wrong', () => {
    expect(codes.filter((code) => refused(code).endsSession)).toEqual(['unauthorized']);
    expect(new Failure('signed_out', 'No.').endsSession).toBe(true);
    expect(new Failure('unreachable', 'No.').endsSession).toBe(false);
  });

  it('means that the backend is away only when nothing of it answered, or its database did not', () => {
    expect(codes.filter((code) => refused(code).isAway)).toEqual(['database_unavailable', 'schema_missing']);
    const answered = ['foreign', 'outdated', 'contradictory', 'signed_out', 'fault'] as const;
    const kinds = ['offline', 'unreachable', 'cut', 'timeout', ...answered] as const;
    expect(kinds.filter((kind) => new Failure(kind, 'No.').isAway)).toEqual([
      'offline',
      'unreachable',
      'cut',
      'timeout',
    ]);
  });

  it('of our own code says so and keeps the cause', () => {
    const cause = new TypeError('x is undefined');
    expect(asFailure(cause)).toMatchObject({
      kind: 'fault',
      cause,
      message: expect.stringContaining('The extension failed'),
    });
    const failure = refused('conflict');
    expect(asFailure(failure)).toBe(failure);
  });
});
