import { describe, expect, it } from 'vitest';
import { leadPatch } from './lead.ts';
import { EMAIL_PATTERN } from './limits.ts';
import { LEAD_ID } from './record-key.ts';
import { email } from './text.ts';

const VALID = [
  'a@b.co',
  'ann.lee+sofa@mail.studio.example',
  "pat.o'brien@example.ie",
  'UPPER_case-1@Example.COM',
  'x!#$%&*/=?^{|}~@example.com',
  'a..b.@docomo.example',
  '用户@例子.公司',
  'zoë@exämple.com',
  'a@xn--exmple-cua.com',
  'a@a-b--c.museum',
  `${'a'.repeat(64)}@example.com`,
];

const INVALID = [
  '',
  'ann',
  '@example.com',
  'ann@',
  'ann@localhost',
  'ann@example',
  'ann@example.c',
  'ann@.com',
  'ann@example..com',
  'ann@example.com.',
  'ann@@example.com',
  'ann@lee@example.com',
  'ann lee@example.com',
  'ann@exam ple.com',
  'ann@example.com\nBcc: all@example.com',
  'ann@example.com,bob@example.com',
  'ann@example.com;bob@example.com',
  'mailto:ann@example.com',
  'Ann <ann@example.com>',
  '"ann"@example.com',
  'ann(at)example.com',
  'ann@[127.0.0.1]',
  'ann@exam_ple.com',
  'ann@exam!ple.com',
  'ann@example.com/path',
  'ann@example.com?subject=x',
  'ann\u200b@example.com',
  'ann@example.co\u200bm',
  'ann@exa\u202emple.com',
  'ann\u0007@example.com',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b'.repeat(250)}.com`,
];

describe('an email address', () => {
  it.each(VALID)('%s is taken as it is', (address) => {
    expect(email.parse(` ${address}\t`)).toBe(address);
  });

  it.each(INVALID)('%j is refused with a sentence', (address) => {
    const result = email.safeParse(address);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.message).toMatch(/^(Enter an email address|Use at most 254|Contains)/);
  });

  it.each([
    ['ana＠example.com', 'ana@example.com'],
    ['ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ana@example.com'],
    ['li@例子。测试', 'li@例子.测试'],
    ['ana@BÜCHER.example', 'ana@bücher.example'],
    ['so\u00adft@exam\u00adple.com', 'soft@example.com'],
    // The sign of Kelvin is no k: as one it would be somebody else's address.
    ['\u212aim@victim.example', '\u212aim@victim.example'],
    ['Ann@EXAMPLE.com', 'Ann@EXAMPLE.com'],
  ])('%s is taken as %s, as it is clearly meant', (typed, address) => {
    expect(email.parse(typed)).toBe(address);
  });

  it('is judged alike by a script, by the schema and by the pattern of an input', () => {
    for (const address of [...VALID, ...INVALID]) {
      const verdicts = ['', 'u', 'v'].map((flags) => new RegExp(EMAIL_PATTERN, flags).test(address));
      expect(new Set(verdicts).size, address).toBe(1);
    }
  });

  it('is judged without backtracking: a long text that nearly fits comes to an end', () => {
    const pattern = new RegExp(EMAIL_PATTERN);
    for (const text of [`a@${'b.'.repeat(100_000)}`, `${'a.'.repeat(100_000)}@`, `a@${'b'.repeat(100_000)}.c`]) {
      expect(pattern.test(text)).toBe(false);
    }
  });
});

describe('a lead id', () => {
  it.each(['lead_1736177352123_abc123def', 'lead_1_a', 'lead_999999999999999_abcdefghijkl'])('may be %s', (id) => {
    expect(LEAD_ID.test(id)).toBe(true);
  });

  it.each([
    'lead_1736177352123_',
    'lead__a',
    'lead_1_A',
    'lead_1_a\n',
    ' lead_1_a',
    'lead_1_abcdefghijklm',
    'leads_1_a',
    'lead_-1_a',
    'lead_1_a%',
  ])('is never %j', (id) => {
    expect(LEAD_ID.test(id)).toBe(false);
  });
});

describe('a patch', () => {
  it('removes by null and by an empty text, keeps what it does not name', () => {
    expect(leadPatch.parse({ name: null, phone: ' ', notes: ' x ' })).toEqual({ name: null, phone: null, notes: 'x' });
  });

  it('may neither remove what a lead must have nor name what only the service writes', () => {
    for (const patch of [
      { email: null },
      { email: '' },
      { status: null },
      { source: null },
      { id: 'lead_1_a' },
      { updatedAt: 'x' },
      {},
    ]) {
      expect(leadPatch.safeParse(patch).success, JSON.stringify(patch)).toBe(false);
    }
  });
});
