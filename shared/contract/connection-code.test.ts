import { describe, expect, it } from 'vitest';
import { decodeConnectionCode, encodeConnectionCode } from './connection-code.ts';

const KEY = 'vsk_0123456789abcdef';

describe('a connection code', () => {
  it.each([
    'http://127.0.0.1:8787',
    'https://api.studio.example/crm',
    'http://[::1]:8787',
    'https://exämple.com',
    'http://localhost',
  ])('carries %s and a key there and back', (url) => {
    const code = encodeConnectionCode({ url, key: `${KEY}ü?>~` });
    expect(code).toMatch(/^vs1_[A-Za-z0-9_-]+$/);
    expect(decodeConnectionCode(` \n${code}\t`)).toEqual({ url, key: `${KEY}ü?>~` });
  });

  const made = (value: unknown) => `vs1_${btoa(JSON.stringify(value)).replaceAll('=', '')}`;

  it.each([
    ['', ''],
    ['a URL alone', 'https://api.example'],
    ['another version', 'vs2_eyJ9'],
    ['nothing after the mark', 'vs1_'],
    ['no base64', 'vs1_!!!'],
    ['no JSON', 'vs1_aGVsbG8'],
    ['no UTF-8', `vs1_${btoa('\xff\xfe')}`],
    ['an address that is no web address', made({ url: 'javascript:alert(1)', key: KEY })],
    ['a file', made({ url: 'file:///etc/passwd', key: KEY })],
    ['no key', made({ url: 'https://api.example' })],
    ['a key too short', made({ url: 'https://api.example', key: 'x' })],
    ['more than it should hold', made({ url: 'https://api.example', key: KEY, extra: 1 })],
    ['a list', made([])],
    ['null', made(null)],
  ])('that is %s is none', (_, code) => {
    expect(decodeConnectionCode(code)).toBeNull();
  });

  it.each<[string, (code: string) => string]>([
    ['with its label', (code) => `connection code: ${code}`],
    ['in quotes', (code) => `"${code}"`],
    ['in curly quotes', (code) => `“${code}”`],
    ['in backticks', (code) => `\`${code}\``],
    ['with a full stop behind it', (code) => `${code}.`],
    ['with a zero-width space behind it', (code) => `${code}\u200b`],
    ['broken into lines', (code) => `${code.slice(0, 20)}\r\n  ${code.slice(20)}`],
    ['with the next line of the terminal', (code) => `connection code: ${code}\nextension: /home/me/crm/extension`],
    ['with all lines of the terminal', (code) => `ready http://127.0.0.1:8787\nconnection code: ${code}\nextension: x`],
  ])('is read %s', (_, paste) => {
    const value = { url: 'https://api.studio.example', key: KEY };
    expect(decodeConnectionCode(paste(encodeConnectionCode(value)))).toEqual(value);
  });

  it('that was cut off is none', () => {
    const code = encodeConnectionCode({ url: 'https://api.example', key: KEY });
    for (let length = 0; length < code.length - 1; length++)
      expect(decodeConnectionCode(code.slice(0, length))).toBeNull();
  });
});
