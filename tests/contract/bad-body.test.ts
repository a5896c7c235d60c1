import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectRefusal, refusingApi } from './refusals.ts';

const refusing = refusingApi();

describe('a body that is not the JSON we take', () => {
  it.each([
    ['empty', '', 400],
    ['white space', ' \n', 400],
    ['not JSON', 'email=a@b.co', 400],
    ['half of a JSON text', '{"email":"a@b.co"', 400],
    ['two JSON texts', '{"email":"a@b.co"}{}', 400],
    ['a comma too many', '{"email":"a@b.co",}', 400],
    ['NaN', '{"email":NaN}', 400],
    ['an array', '[{"email":"a@b.co"}]', 400],
    ['a text', '"a@b.co"', 400],
    ['a number', '1', 400],
    ['null', 'null', 400],
    ['20,000 arrays deep', `{"email":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400],
    ['20,000 objects deep and never closed', '{"a":'.repeat(6_000), 400],
    ['deeper than the limit', '{"email":"a@b.co","fields":{"a":{"b":{"c":"d"}}}}', 400],
    ['more than 32 kB', JSON.stringify({ email: 'a@b.co', message: 'x'.repeat(33_000) }), 413],
    ['__proto__ as a name', '{"email":"a@b.co","__proto__":{"status":"lost"}}', 400],
    ['__proto__ further in', '{"email":"a@b.co","fields":{"__proto__":"x"}}', 400],
    ['__proto__ with an escape', '{"email":"a@b.co","fields":{"\\u005f_proto__":"x"}}', 400],
    ['constructor as a name', '{"email":"a@b.co","constructor":{"prototype":{"x":1}}}', 400],
    ['toString as a name', '{"email":"a@b.co","toString":"x"}', 400],
    ['an infinite number', '{"email":1e400}', 400],
    ['an infinite number in a field', '{"email":"a@b.co","fields":{"a":1e400}}', 400],
    ['U+0000', '{"email":"a@b.co","name":"a\\u0000b"}', 400],
    ['U+0000 in a name', '{"email":"a@b.co","fields":{"a\\u0000b":"x"}}', 400],
    ['a lone surrogate', '{"email":"a@b.co","name":"\\ud83d"}', 400],
    ['a lone surrogate in a name', '{"email":"a@b.co","fields":{"\\udc00":"x"}}', 400],
    ['surrogates in the wrong order', '{"email":"a@b.co","name":"\\udca9\\ud83d"}', 400],
  ])('%s is refused', async (_, body, status) => {
    await expectRefusal(await refusing.post(body), status);
    await expectRefusal(await refusing.post(body, { 'Content-Type': 'text/plain' }), status);
    if (body.length < 33_000) {
      const patch = await refusing.api.request('PATCH', `/leads/${refusing.leadId}`, {
        body,
        headers: { 'Content-Type': 'application/json' },
      });
      await expectRefusal(patch, status);
    }
  });

  it('that is nested too deep is refused for that, before it is parsed', async () => {
    for (const body of ['['.repeat(20_000), `{"email":"a@b.co","fields":${'{"a":'.repeat(4)}1${'}'.repeat(5)}`]) {
      const error = await expectRefusal(await refusing.post(body), 400);
      expect(error.message).toContain('levels deep');
    }
  });

  it('is refused when its bytes are no UTF-8', async () => {
    for (const bytes of [
      [0xff, 0xfe],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      const body = Buffer.concat([Buffer.from('{"email":"a@b.co","name":"'), Buffer.from(bytes), Buffer.from('"}')]);
      await expectRefusal(await refusing.post(body), 400);
      await expectRefusal(
        await refusing.post(body, { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' }),
        400,
      );
    }
  });

  it('is refused when it is compressed', async () => {
    const body = gzipSync(JSON.stringify({ email: 'a@b.co' }));
    await expectRefusal(
      await refusing.post(body, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }),
      415,
    );
    const harmless = await refusing.post('{"email":"nonsense"}', {
      'Content-Type': 'application/json',
      'Content-Encoding': 'identity',
    });
    await expectRefusal(harmless, 400, 'email');
  });

  it.each([
    undefined,
    '',
    'application/xml',
    'text/html',
    'application/json5',
    'image/png',
    'x',
    'application/jsonp',
    ';',
  ])('is refused as %s', async (type) => {
    const bytes = new TextEncoder().encode('{"email":"a@b.co"}');
    await expectRefusal(await refusing.post(bytes, type === undefined ? {} : { 'Content-Type': type }), 415);
  });

  it('is refused when there is none at all', async () => {
    await expectRefusal(await refusing.post(null), 400);
    await expectRefusal(await refusing.post(null, {}), 415);
    await expectRefusal(
      await refusing.api.request('PATCH', `/leads/${refusing.leadId}`, {
        headers: { 'Content-Type': 'application/json' },
      }),
      400,
    );
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 'email=a@b.co'],
    [
      'with another boundary',
      'multipart/form-data; boundary=a',
      '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.co\r\n--b--',
    ],
    ['cut off', 'multipart/form-data; boundary=a', '--a\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b'],
    [
      'without names',
      'multipart/form-data; boundary=a',
      '--a\r\nContent-Disposition: form-data\r\n\r\na@b.co\r\n--a--',
    ],
  ])('is refused as multipart %s', async (_, type, body) => {
    await expectRefusal(await refusing.post(body, { 'Content-Type': type, Accept: 'application/json' }), 400);
  });
});
