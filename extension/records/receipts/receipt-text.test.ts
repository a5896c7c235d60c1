import { describe, expect, it } from 'vitest';
import { readClaim } from './receipt-text.ts';

const id = 'lead_1736177352123_abc123def';
const receipt = {
  key: `lead:${id}`,
  digest: 'a'.repeat(64),
  storedAt: '2026-01-06T15:29:12.123Z',
  transactionId: '742',
};
const held = { ...receipt, key: 'held_1736177352123_abc123def' };

describe('what may be pasted:', () => {
  it.each<[string, string]>([
    ['the receipt alone', JSON.stringify(receipt)],
    ['the whole reply', JSON.stringify({ success: true, leadId: id, receipt })],
    ['what the event carried, over several lines', JSON.stringify({ leadId: id, receipt }, null, 2)],
    ['white space around it', `\n  ${JSON.stringify(receipt)}\r\n`],
  ])('%s', (_, text) => {
    expect(readClaim(text)).toEqual({ claim: receipt });
  });

  it('the reply of a submission that is held', () => {
    const text = JSON.stringify({ success: true, held: true, heldId: held.key, receipt: held });
    expect(readClaim(text)).toEqual({ claim: held });
  });

  it.each([id, ` ${id} `, `"${id}"`, `"${id}",`, receipt.key])('only the id: %s', (text) => {
    expect(readClaim(text)).toEqual({ claim: { key: receipt.key } });
  });

  it('the key of any other record', () => {
    expect(readClaim('user:user_1_a')).toEqual({ claim: { key: 'user:user_1_a' } });
    expect(readClaim(held.key)).toEqual({ claim: { key: held.key } });
  });
});

it.each(['iauvsxnl2', ' Receipt: iauvsxnl2 '])('what the thanks show is the end of an id: %s', (text) => {
  expect(readClaim(text)).toEqual({ ending: 'iauvsxnl2' });
});

describe('what else is pasted is answered by what to paste:', () => {
  it.each<[string, string, RegExp]>([
    ['nothing', '', /^Paste what POST \/leads answered/],
    ['a word', 'hello', /^Paste what/],
    ['half of a receipt', JSON.stringify(receipt).slice(0, 60), /^This is not whole/],
    ['JSON of something else', '{"success": true}', /^This is no receipt: key is missing/],
    ['a list', '[]', /^This is no receipt/],
    ['null', 'null', /^Paste what/],
    ['a digest that is none', JSON.stringify({ ...receipt, digest: 'abc' }), /digest is missing or wrong/],
    ['no time', JSON.stringify({ ...receipt, storedAt: 'soon' }), /storedAt is missing or wrong/],
    ['the key of a lookup', JSON.stringify({ ...receipt, key: 'user:email:a@b.c' }), /is none of a record/],
    ['two replies mixed up', JSON.stringify({ leadId: 'lead_1_x', receipt }), /of another lead/],
  ])('%s', (_, text, sentence) => {
    expect(readClaim(text)).toEqual({ error: expect.stringMatching(sentence) });
  });
});
