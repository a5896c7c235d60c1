import { describe, expect, it } from 'vitest';
import { callerAddress, visitorNetwork } from './address.ts';

describe('one visitor', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('%s counts as %s', (address, network) => {
    expect(visitorNetwork(address)).toBe(network);
  });

  it.each([
    '64:ff9b::1.2.3.4',
    '64:ff9b::102:304',
    '::ffff:1.2.3.4',
    '0:0:0:0:0:ffff:0102:0304',
    '"[::ffff:1.2.3.4]:443"',
    '1.2.3.4:443',
  ])('that a proxy wrote as %s is 1.2.3.4', (address) => {
    expect(visitorNetwork(address)).toBe('1.2.3.4');
    expect(callerAddress('10.0.0.1', address, 1)).toBe('1.2.3.4');
  });

  it('is the same however its address is written', () => {
    const written = [
      '2001:db8:0:0:1::',
      '2001:db8::1:0:0:0',
      '2001:0db8:0000:0000:0001:0000:0000:0000',
      '2001:DB8::1:0:0:0',
    ];
    expect(new Set(written.map(visitorNetwork)).size).toBe(1);
  });
});

describe('the caller', () => {
  it.each([
    ['nobody in front', '10.0.0.1', '203.0.113.7', 0, '10.0.0.1'],
    ['one proxy', '10.0.0.1', '1.1.1.1, 203.0.113.7', 1, '203.0.113.7'],
    ['two proxies', '10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2', 2, '203.0.113.7'],
    ['a proxy that wrote nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['fewer entries than proxies', '10.0.0.1', '203.0.113.7', 2, '10.0.0.1'],
    ['an empty entry', '10.0.0.1', '203.0.113.7, ', 1, '10.0.0.1'],
    ['nothing known at all', undefined, undefined, 0, null],
  ])('with %s', (_, socket, header, proxies, expected) => {
    expect(callerAddress(socket, header, proxies)).toBe(expected);
  });

  it.each([
    'unknown',
    'a:b',
    '::::',
    ':::::::::',
    '::1::2::3',
    '1:2:3:4:5:6:7:8::9:a',
    '256.1.1.1',
    '1.2.3',
    '0x7f.1',
    '1',
    '[::1',
    ':'.repeat(15_000),
    `[${':'.repeat(15_000)}]:1`,
  ])('whom a proxy names %s is the proxy', (header) => {
    expect(callerAddress('10.0.0.1', header, 1)).toBe('10.0.0.1');
  });

  it('keeps a zone out of the address', () => {
    expect(callerAddress('fe80::1%eth0', undefined, 0)).toBe('fe80::1');
  });
});
