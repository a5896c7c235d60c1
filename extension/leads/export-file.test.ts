import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lead } from '../../shared/contract/lead.ts';
import { leadsToCsv } from './export-file.ts';

/** Records of RFC 4180, read by its grammar. */
function records(csv: string): string[][] {
  const all: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (let found = field.exec(csv); found; found = field.exec(csv)) {
    const [, quoted, bare = '', end] = found;
    all.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '') break;
    if (end === '\r\n') all.push([]);
  }
  expect(field.lastIndex, 'The text follows the grammar to its end.').toBe(csv.length);
  // A line break may end the last record too.
  return all.at(-1)?.join() === '' ? all.slice(0, -1) : all;
}

/** The inverse: takes one apostrophe away where there is one. @returns the texts of each row by column */
function rowsOf(csv: string): Map<string, string>[] {
  const plain = (text: string) => text.replace(/^'/, '');
  const [header = [], ...rows] = records(csv);
  return rows.map((row) => {
    expect(row).toHaveLength(header.length);
    return new Map(header.map((name, i) => [plain(name), plain(row[i] ?? '')]));
  });
}

const lead = (fields: Record<string, unknown>): Lead => ({ id: 'lead_1_a', email: 'ann@example.com', ...fields });
const cellOf = (name: string) => {
  const [header = [], row = []] = records(leadsToCsv([lead({ name })]));
  return row[header.indexOf('name')];
};

describe('a cell that a spreadsheet would run', () => {
  it.each([
    '=1+1',
    '=HYPERLINK("http://evil.example","Click")',
    '=cmd|" /C calc"!A0',
    '+60 12-555 0143',
    '-1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    "'=1+1",
    "'",
    "''",
  ])('gets one apostrophe in front: %j', (text) => {
    expect(cellOf(text)).toBe(`'${text}`);
  });

  it.each(['1=1', 'a+b', 'ann@example.com', 'O’Brien', "O'Brien", ' =1', '', '१', '“=”'])(
    'and others stay: %j',
    (text) => {
      expect(cellOf(text)).toBe(text);
    },
  );

  it('may be a number, or the name of a column', () => {
    const csv = leadsToCsv([lead({ score: -5, '=1+1': 'x', '@b': '=2' })]);
    expect(records(csv)[0]?.slice(-3)).toEqual(["'=1+1", "'@b", 'score']);
    expect(records(csv)[1]?.slice(-3)).toEqual(['x', "'=2", "'-5"]);
  });
});

describe('the file', () => {
  it('has the columns people read first, then the others by name, one record a lead', () => {
    const [header, ...rows] = records(
      leadsToCsv([lead({ zone: 'z' }), lead({ id: 'lead_2_b', budget: 'b', area: 'a' })]),
    );
    expect(header).toEqual(
      'id,createdAt,status,source,name,email,phone,message,interests,budget,roomType,notes,assignedTo,area,zone'.split(
        ',',
      ),
    );
    expect(rows.map((row) => [row[0], row[9], ...row.slice(-2)])).toEqual([
      ['lead_1_a', '', '', 'z'],
      ['lead_2_b', 'b', 'a', ''],
    ]);
  });

  it('has a header when there is no lead', () => {
    expect(records(leadsToCsv([]))).toEqual([expect.arrayContaining(['id', 'email'])]);
  });

  it.each([
    'a,b',
    'say "hi"',
    '"',
    'two\nlines',
    'two\r\nlines',
    'مرحبا',
    '👩‍👩‍👧‍👦 é',
    ' around ',
    '\ufeffmark',
    ';|\t',
  ])('gives back %j', (text) => {
    expect(rowsOf(leadsToCsv([lead({ message: text })]))[0]?.get('message')).toBe(text);
  });

  it('writes what is no text as JSON, and own fields too', () => {
    const fields = { 'Wall, "north"': '=1', q: "a'b" };
    const [row] = rowsOf(leadsToCsv([lead({ interests: ['a', 'b,c'], fields, seed: true, phone: null })]));
    expect(JSON.parse(row?.get('interests') ?? '')).toEqual(['a', 'b,c']);
    expect(JSON.parse(row?.get('fields') ?? '')).toEqual(fields);
    expect([row?.get('seed'), row?.get('phone')]).toEqual(['true', '']);
  });

  it.each(['constructor', '__proto__', 'toString', 'a,b', 'a"b', 'two\nlines', ' id', "'id", '=id'])(
    'has a column called %j only where the lead has it',
    (name) => {
      const odd = JSON.parse(`{"id":"lead_1_a","email":"a@b.co",${JSON.stringify(name)}:"=mine"}`);
      const rows = rowsOf(leadsToCsv([odd, lead({})]));
      expect(rows.map((row) => row.get(name))).toEqual(['=mine', '']);
      expect(rows.map((row) => row.get('id'))).toEqual(['lead_1_a', 'lead_1_a']);
    },
  );
});

it('any leads come back exactly, and no cell of them runs', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", '"', ',', '＝', 'a') }),
  );
  const value = fc.oneof(
    text,
    fc.constant(null),
    fc.integer(),
    fc.boolean(),
    fc.array(text),
    fc.dictionary(text, text, { maxKeys: 3 }),
  );
  const leads = fc.array(
    fc.dictionary(text, value, { maxKeys: 6 }).map((fields) => lead(fields)),
    { minLength: 1, maxLength: 4 },
  );
  const asText = (stored: unknown) =>
    typeof stored === 'string' ? stored : stored === null || stored === undefined ? '' : JSON.stringify(stored);
  fc.assert(
    fc.property(leads, (stored) => {
      const csv = leadsToCsv(stored);
      const rows = rowsOf(csv);
      const columns = [...(rows[0]?.keys() ?? [])];
      const fields = stored.map((one) => new Map(Object.entries(one)));
      const wanted = fields.map((one) => columns.map((name) => asText(one.get(name))));
      const lost = fields.flatMap((one) => [...one.keys()]).filter((name) => !columns.includes(name));
      const running = records(csv)
        .flat()
        .filter((text) => /^[=+\-@\t\r\n＝＋－＠]/.test(text));
      expect(JSON.stringify(rows.map((row) => [...row.values()]))).toBe(JSON.stringify(wanted));
      expect([...lost, ...running]).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
