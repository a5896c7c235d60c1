import { describe, expect, it, vi } from 'vitest';
import { BODY_BYTES } from '../../../shared/contract/limits.ts';
import { ApiError } from '../../errors.ts';
import { decodeText, mediaType, parseJson, readBody } from './body.ts';

const request = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request('http://x/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

async function codeOf(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return (error as ApiError).code;
}

describe('reading a body', () => {
  it('gives the bytes of all chunks in order', async () => {
    const chunks = ['a', 'bc', 'd'];
    const stream = new ReadableStream({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(chunk));
      },
    });
    expect(new TextDecoder().decode(await readBody(request(stream)))).toBe('abcd');
  });

  it('takes as much as the limit and refuses one byte more', async () => {
    expect(await readBody(request('x'.repeat(BODY_BYTES)))).toHaveLength(BODY_BYTES);
    expect(await codeOf(readBody(request('x'.repeat(BODY_BYTES + 1))))).toBe('payload_too_large');
  });

  it('stops reading as soon as there is too much, and tells the sender', async () => {
    const cancel = vi.fn();
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(8_192));
      },
      cancel,
    });
    expect(await codeOf(readBody(request(endless)))).toBe('payload_too_large');
    expect(pulled).toBeLessThan(10);
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('believes a length that is too large, and none that is small', async () => {
    expect(await codeOf(readBody(request('x', { 'Content-Length': '99999' })))).toBe('payload_too_large');
    expect(await codeOf(readBody(request('x'.repeat(40_000), { 'Content-Length': '1' })))).toBe('payload_too_large');
  });

  it('refuses none, an empty one and one that breaks off', async () => {
    expect(await codeOf(readBody(request(null)))).toBe('invalid_request');
    expect(await codeOf(readBody(request('')))).toBe('invalid_request');
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    expect(await codeOf(readBody(request(broken)))).toBe('invalid_request');
  });

  it('gives up on one that does not come', async () => {
    vi.useFakeTimers();
    try {
      const silent = codeOf(readBody(request(new ReadableStream({}))));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await silent).toBe('invalid_request');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('decoding text', () => {
  it('takes UTF-8 with and without a mark in front', () => {
    expect(decodeText(new TextEncoder().encode('ü🏡'))).toBe('ü🏡');
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x41]))).toBe('A');
  });

  it('refuses anything else', () => {
    expect(() => decodeText(new Uint8Array([0xff]))).toThrow('not valid UTF-8');
  });
});

describe('parsing JSON', () => {
  it.each(['{"a":[[{"b":1}]]}', '"[[[[[[[["', '{"a":"\\"[[[[[[["}', '[]', 'null', ' 1 '])('takes %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each(['[[[[[]]]]]', '{"a":{"b":{"c":{"d":{}}}}}', '['.repeat(100_000), '{"a":'.repeat(100_000)])(
    'refuses what is too deep, without parsing it',
    (text) => {
      expect(() => parseJson(text)).toThrow('levels deep');
    },
  );

  it.each(['', '{', '{"a":1,}', "{'a':1}", 'undefined', '01', '{"__proto__":1}', '[{"__proto__":{}}]', ']]]][[[['])(
    'refuses %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(ApiError);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );
});

describe('the media type', () => {
  const typed = (type: string) => request('x', { 'Content-Type': type });

  it.each(['application/json', 'APPLICATION/JSON', 'application/json; charset=utf-8', ' application/json ;x'])(
    'is read from %s',
    (type) => {
      expect(mediaType(typed(type), ['application/json'])).toBe('application/json');
    },
  );

  it.each(['text/plain', 'application/jsonp', 'application', ';', ','])('is refused when it is %s', (type) => {
    expect(() => mediaType(typed(type), ['application/json'])).toThrow('application/json');
  });

  it('is refused when the body is compressed', () => {
    const packed = request('x', { 'Content-Type': 'application/json', 'Content-Encoding': 'br' });
    expect(() => mediaType(packed, ['application/json'])).toThrow('without compression');
  });
});
