import { describe, expect, it } from 'vitest';
import { openRaw, sendRaw } from './raw-request.ts';
import { expectRefusal, refusingApi } from './refusals.ts';

const refusing = refusingApi();

describe('a body that arrives badly', () => {
  it('is refused when 10 MB are streamed without a length', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        if (sent > 10_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    await expectRefusal(await refusing.post(body), 413);
    expect(sent).toBeLessThan(10_000_000);
  });

  it('is refused when 10 MB come in chunks on a plain connection', async () => {
    const connection = await openRaw(refusing.api.url);
    await connection.write(
      'POST /leads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    for (let sent = 0; sent < 40_000; sent += 4096) await connection.write(`1000\r\n${' '.repeat(4096)}\r\n`);
    const { status, text } = await connection.reply();
    connection.destroy();
    expect(status).toBe(413);
    expect(text).toContain('payload_too_large');
  });

  it('is refused by its length before it was sent', async () => {
    const { status } = await sendRaw(refusing.api.url, [
      'POST /leads HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 10000000',
    ]);
    expect(status).toBe(413);
  });

  it('is refused when a length lies', async () => {
    const head = ['POST /leads HTTP/1.1', 'Host: x', 'Content-Type: application/json'];
    for (const length of ['-1', '1e3', 'abc', '18, 19']) {
      const { status } = await sendRaw(refusing.api.url, [...head, `Content-Length: ${length}`], '{"email":"a@b.co"}');
      expect(status, length).toBe(400);
    }
  });

  it('is dropped when the connection ends in the middle', async () => {
    const connection = await openRaw(refusing.api.url);
    await connection.write(
      'POST /leads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email":',
    );
    connection.end();
    const { status } = await connection.reply();
    expect([0, 400]).toContain(status);
  });

  it('is refused when it dribbles in for longer than we wait', async () => {
    const connection = await openRaw(refusing.api.url);
    await connection.write(
      'POST /leads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n',
    );
    const dribble = setInterval(() => void connection.write(' '), 500);
    const { status, text } = await connection.reply();
    clearInterval(dribble);
    connection.destroy();
    expect(status).toBe(400);
    expect(text).toContain('did not arrive within 10 seconds');
  });

  it('is refused when its headers are huge', async () => {
    const { status } = await sendRaw(refusing.api.url, [
      'GET /health HTTP/1.1',
      'Host: x',
      `X-Long: ${'x'.repeat(100_000)}`,
    ]);
    expect([400, 431]).toContain(status);
  });

  it.each(['', 'bad host', 'a,b', '[::1', 'x:99999999', '../..'])(
    'is answered with a 4xx for the Host "%s"',
    async (host) => {
      const { status } = await sendRaw(refusing.api.url, [
        'GET /widget.js HTTP/1.1',
        `Host: ${host}`,
        'Connection: close',
      ]);
      expect(status === 200 || (status >= 400 && status < 500), String(status)).toBe(true);
    },
  );

  it.each(['/%', '/leads/%E0%A4%A', '/\\..\\', '/leads?q=%', '*', 'http://x/leads'])(
    'is answered with a 4xx for the target %s',
    async (target) => {
      const { status } = await sendRaw(refusing.api.url, [`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close']);
      expect(status, String(status)).toSatisfy((code: number) => code >= 400 && code < 500);
    },
  );
});
