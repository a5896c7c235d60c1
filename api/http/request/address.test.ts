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

  it.each(['1:2:3:4:5:6:7:8::9:a', ':::::::::', '::1::2::3', 'a:b'])(
    'that a proxy wrote as %s breaks nothing',
    (address) => {
      expect(visitorNetwork(address)).toMatch(/::\/64$/);
    },
  );

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
});
