import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../../shared/contract/changes.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/rig/database.ts';
import { storedText, undo } from './undo-log.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('empty');
});
afterAll(() => database.drop());

describe('the text that Postgres stores for a value', () => {
  it.each<[string, unknown]>([
    ['names by length, then by bytes', { bb: 1, a: 2, c: 3, Z: 4, é: 5, ab: 6, ÿ: 7, zz: 8, '': 9 }],
    ['a name of digits and others', { 10: 'a', 2: 'b', '02': 'c', x: 'd' }],
    ['characters that JSON escapes', { text: '"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028\u2029 <&> é 😀 \uFEFF' }],
    ['lists and what is empty', { list: [1, 'two', null, true, [], {}], none: {} }],
    ['a name that objects have anyway', JSON.parse('{"__proto__": {"x": 1}, "constructor": "c"}')],
    ['no object', ['a', 1]],
  ])('has %s', async (_, value) => {
    const [row] = await database.sql<{ text: string }>('select $1::jsonb::text as text', [JSON.stringify(value)]);
    expect(storedText(value)).toBe(row?.text);
  });
});

const update = (fields: Change['fields']): Change => ({
  ...{ cursor: '800.1', key: 'lead:lead_1_a', operation: 'update', actor: null, at: '2026-01-01T00:00:00Z' },
  fields,
});

describe('taking back what the log tells', () => {
  it('gives the text as it was, step by step, newest first', () => {
    const now = storedText({ id: 'a', name: 'C', notes: 'n' });
    const log = [
      update({ name: { from: 'B', to: 'C' } }),
      update({ name: { from: 'A', to: 'B' }, notes: { to: 'n' }, phone: { from: '1' } }),
    ];
    expect(undo(now, log)).toEqual({ state: 'undone', text: storedText({ id: 'a', name: 'A', phone: '1' }) });
    expect(undo(now, [])).toEqual({ state: 'undone', text: now });
  });

  it.each<[string, Change['fields']]>([
    ['another value', { name: { to: 'B' } }],
    ['nothing any more', { phone: { to: '1' } }],
    ['something where it was removed', { name: { from: 'A' } }],
    ['null where it was removed', { gone: { from: 'A' } }],
  ])('stops where a field holds %s', (_, fields) => {
    expect(undo(storedText({ id: 'a', name: 'A', gone: null }), [update(fields)])).toEqual({
      state: 'contradicted',
      field: Object.keys(fields)[0],
    });
  });

  it('sets a field of any name without touching what objects have anyway', () => {
    const fields = JSON.parse('{"__proto__": {"from": {"x": 1}, "to": "y"}}');
    const now = storedText(JSON.parse('{"__proto__": "y"}'));
    expect(undo(now, [update(fields)])).toEqual({ state: 'undone', text: '{"__proto__": {"x": 1}}' });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it.each<[string, string, Change[]]>([
    ['an entry that was erased', '{"a": 1}', [update({})]],
    ['an entry that is no update', '{"a": 1}', [{ ...update({ a: { to: 1 } }), operation: 'insert' }]],
    ['a number that was written otherwise', '{"a": 1.10}', []],
    ['a number in the log that may have been', '{"a": 1}', [update({ a: { from: 1.1, to: 1 } })]],
    ['a row that is no object', '[1]', []],
  ])('knows nothing of %s', (_, text, log) => {
    expect(undo(text, log)).toEqual({ state: 'unknown' });
  });
});
