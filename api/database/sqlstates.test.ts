import { describe, expect, it } from 'vitest';
import { databaseError } from './sqlstates.ts';

const from = (sqlstate: string | undefined, detail?: string) =>
  databaseError({ sqlstate, message: 'key (email)=(ann@example.com) of Postgres', detail, cause: new Error('cause') });

describe('a failure of Postgres', () => {
  it.each([
    ['CRM03', 'schema_missing'],
    ['CRM04', 'not_found'],
    ['CRM09', 'conflict'],
    ['CRM22', 'idempotency_mismatch'],
    ['CRM29', 'rate_limited'],
    ['42P01', 'schema_missing'],
    ['42883', 'schema_missing'],
    ['42703', 'schema_missing'],
    ['42704', 'schema_missing'],
    ['3F000', 'schema_missing'],
    ['42501', 'schema_missing'],
    ['22P02', 'invalid_request'],
    ['22P05', 'invalid_request'],
    ['22003', 'invalid_request'],
    ['40001', 'database_unavailable'],
    ['40P01', 'database_unavailable'],
    ['53300', 'database_unavailable'],
    ['55P03', 'database_unavailable'],
    ['57014', 'database_unavailable'],
    ['57P01', 'database_unavailable'],
    ['57P03', 'database_unavailable'],
    ['58030', 'database_unavailable'],
    ['08006', 'database_unavailable'],
    ['28P01', 'database_unavailable'],
    ['3D000', 'database_unavailable'],
    ['25006', 'database_unavailable'],
    ['ECONNREFUSED', 'database_unavailable'],
    ['ECONNRESET', 'database_unavailable'],
    ['ENOTFOUND', 'database_unavailable'],
    ['EAI_AGAIN', 'database_unavailable'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'database_unavailable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'database_unavailable'],
    ['CERT_HAS_EXPIRED', 'database_unavailable'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'database_unavailable'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'database_unavailable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'database_unavailable'],
    [undefined, 'database_unavailable'],
    ['PGRST000', 'database_unavailable'],
    ['PGRST001', 'database_unavailable'],
    ['PGRST002', 'database_unavailable'],
    ['PGRST003', 'database_unavailable'],
    ['PGRST301', 'database_unavailable'],
    ['HTTP401', 'database_unavailable'],
    ['HTTP502', 'database_unavailable'],
    ['HTTP540', 'database_unavailable'],
    ['PGRST202', 'schema_missing'],
    ['PGRST204', 'schema_missing'],
    ['PGRST205', 'schema_missing'],
    ['PGRST102', 'internal'],
    ['23505', 'internal'],
    ['42601', 'internal'],
    ['54001', 'internal'],
    ['P0001', 'internal'],
    ['XX000', 'internal'],
    ['ERR_INVALID_ARG_TYPE', 'internal'],
  ])('with SQLSTATE %s is called %s', (sqlstate, code) => {
    expect(from(sqlstate).code).toBe(code);
  });

  it('speaks with its own words only where they are ours', () => {
    expect(from('CRM04').message).toContain('of Postgres');
    for (const state of ['42P01', '22P02', '40001', '23505', undefined]) {
      expect(from(state).message).not.toMatch(/ann@|Postgres/);
    }
  });

  it('is named for what it is, each by a sentence of its own', () => {
    expect(from('42P01').message).toContain('lacks our tables');
    expect(from('PGRST205').message).toContain('lacks our tables');
    expect(from('42883').message).toContain('lacks our functions');
    expect(from('42501').message).toContain('grant is missing');
    expect(from('PGRST202').message).toContain('schema cache is stale');
    expect(from('HTTP540').message).toContain('project is paused');
    expect(from('PGRST301').message).toContain('refuses the key');
    expect(from('CERT_HAS_EXPIRED').message).toContain('certificate of the database');
  });

  it('keeps its cause for the log and says when to come back', () => {
    expect(from('23505').cause).toEqual(new Error('cause'));
    expect(from('CRM29', '{"retryAfter": 7}').details.retryAfter).toBe(7);
    expect(from('CRM29').details.retryAfter).toBeUndefined();
    expect(from('57P01').details.retryAfter).toBe(1);
  });
});
