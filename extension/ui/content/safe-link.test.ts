import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailHref, phoneHref, safeHref } from './SafeLink.tsx';

describe('safeHref', () => {
  it.each([
    ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['http://example.com', 'http://example.com/'],
    ['HTTPS://EXAMPLE.com/A', 'https://example.com/A'],
    ['  https://example.com/  ', 'https://example.com/'],
    ['https://example.com/?q="><script>', 'https://example.com/?q=%22%3E%3Cscript%3E'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
    ['tel:+60123456789', 'tel:+60123456789'],
    ['tel:012-345 6789', 'tel:0123456789'],
  ])('%s leads to %s', (href, safe) => {
    expect(safeHref(href)).toBe(safe);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:alert(1)',
    'java\rscript:alert(1)',
    '\u0000javascript:alert(1)',
    '\u0001javascript:alert(1)',
    ' \u000bjavascript:alert(1)',
    '\u00a0javascript:alert(1)',
    'javascript&colon;alert(1)',
    'javascript://example.com/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'data:text/html;base64,PHNjcmlwdD4=',
    'vbscript:msgbox(1)',
    'blob:https://example.com/1',
    'filesystem:https://example.com/1',
    'view-source:https://example.com',
    'file:///etc/passwd',
    'about:blank',
    'chrome://settings',
    'chrome-extension://abc/popup.html',
    'moz-extension://abc/popup.html',
    'intent://scan/#Intent;end',
    'sms:123',
    'ftp://example.com',
    'ws://example.com',
    '//example.com',
    '/relative',
    'example.com',
    'www.example.com/a',
    '#',
    '',
    'https:',
    'https://',
    'http://exa mple.com',
    'https://exam\nple.com',
    'https://example.com/\u0000',
    'https://example.com/\u0085',
    'https://bank.example@evil.example/',
    'https://user:word@example.com/',
    'mailto:',
    'mailto:nobody',
    'mailto:ada@example.com?bcc=all@example.com',
    'mailto:ada@example.com?subject=a&body=b',
    'mailto:ada@example.com%0D%0ABcc:all@example.com',
    'mailto:ada@example.com%0abcc:all@example.com',
    'mailto:ada@example.com\r\nBcc: all@example.com',
    'tel:*21*0123456789#',
    'tel:%23%2306%23',
    'tel:+6012;postd=1',
    'tel:',
  ])('%j leads nowhere', (href) => {
    expect(safeHref(href)).toBeNull();
  });

  it('whatever is written, only four schemes come out, and a second look says the same', () => {
    const scheme = fc.constantFrom('javascript:', 'data:', 'https://', 'http://', 'mailto:', 'tel:', 'vbscript:', '');
    fc.assert(
      fc.property(scheme, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 3 }), (a, b, lead) => {
        const safe = safeHref(lead + a + b);
        if (safe === null) return;
        expect(['http:', 'https:', 'mailto:', 'tel:']).toContain(new URL(safe).protocol);
        expect(safeHref(safe)).toBe(safe);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('mailHref', () => {
  it.each([
    ['ada@example.com', 'mailto:ada@example.com'],
    [' ada@example.com ', 'mailto:ada@example.com'],
    ['ada+tag@example.com', 'mailto:ada%2Btag@example.com'],
    ["o'neil@example.com", "mailto:o'neil@example.com"],
    ['ada?bcc=all@example.com', 'mailto:ada%3Fbcc%3Dall@example.com'],
    ['ada@example.com?bcc=all', 'mailto:ada@example.com%3Fbcc%3Dall'],
    ['a%0d%0abcc:x@example.com', 'mailto:a%250d%250abcc%3Ax@example.com'],
    ['a@b@example.com', 'mailto:a%40b@example.com'],
    ['jörg@bücher.example', 'mailto:j%C3%B6rg@b%C3%BCcher.example'],
  ])('%s is %s', (email, href) => {
    expect(mailHref(email)).toBe(href);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@example.com,all@example.com',
    'ada;all@example.com',
    'Ada <ada@example.com>',
    'ada@example.com\r\nBcc: all@example.com',
    'ada\u0000@example.com',
    '\ud800@example.com',
  ])('%j is none', (email) => {
    expect(mailHref(email)).toBeNull();
  });

  it('never carries more than one address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (local, domain) => {
        const href = mailHref(`${local}@${domain}`);
        if (href === null) return;
        const url = new URL(href);
        expect(url.protocol).toBe('mailto:');
        expect(url.search + url.hash).toBe('');
        expect(url.pathname.split('@')).toHaveLength(2);
        expect(href).not.toMatch(/[\s,;&]|%0[ad]/i);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('phoneHref', () => {
  it.each([
    ['+60 12-345 6789', 'tel:+60123456789'],
    ['(012) 345.6789', 'tel:0123456789'],
    ['012/3456789', 'tel:0123456789'],
    ['+60\u201112\u2013345', 'tel:+6012345'],
    ['999', 'tel:999'],
  ])('%s is %s', (phone, href) => {
    expect(phoneHref(phone)).toBe(href);
  });

  it.each(['', '12', '*#06#', '#31#0123', '0123;ext=1', '0123,,1', '0123 x5', 'call me', '+', '1'.repeat(21), '٠١٢٣٤'])(
    '%j is none',
    (phone) => {
      expect(phoneHref(phone)).toBeNull();
    },
  );
});
