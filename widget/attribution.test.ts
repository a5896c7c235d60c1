import { describe, expect, it } from 'vitest';
import { URL_LENGTH, UTM_LENGTH } from '../shared/contract/limits.ts';
import { clip, readAttribution } from './attribution.ts';

describe('where a lead came from', () => {
  it('is the page without its fragment, the referrer, the campaign and the language', () => {
    const href = 'https://shop.example/a?b=c&utm_source=News+Letter&utm_term=x%26y&utm_other=z#part';
    expect(readAttribution(href, 'https://search.example/', 'de')).toEqual({
      page: 'https://shop.example/a?b=c&utm_source=News+Letter&utm_term=x%26y&utm_other=z',
      referrer: 'https://search.example/',
      utm: { source: 'News Letter', term: 'x&y' },
      locale: 'de',
    });
  });

  it('leaves out what is not there', () => {
    expect(JSON.stringify(readAttribution('https://a.example/', '', ''))).toBe('{"page":"https://a.example/"}');
  });

  it('a broken or hostile link cannot make the API refuse the lead', () => {
    const { utm } = readAttribution(
      `https://a.example/?utm_source=%00a%zz&utm_medium=${'%F0%9F%8C%B1'.repeat(200)}`,
      '',
      '',
    );
    expect(utm?.source).toBe('a%zz');
    expect(utm?.medium?.length).toBeLessThanOrEqual(UTM_LENGTH);
    expect(utm?.medium?.isWellFormed()).toBe(true);
    expect(readAttribution(`https://a.example/?${'x'.repeat(5_000)}`, '', '').page).toHaveLength(URL_LENGTH);
  });
});

it.each([
  ['short', 10, 'short'],
  ['longer', 3, 'lon'],
  ['ab🌱', 3, 'ab'],
  ['a\0b', 3, 'ab'],
])('clip(%j, %i) is %j', (text, max, expected) => {
  expect(clip(text, max)).toBe(expected);
});
