import { expect, it } from 'vitest';
import type { Change } from '../contract/changes.ts';
import { hasChanged, isChangeOf } from './has-changed.ts';

const change = (key: string, operation: Change['operation'] = 'update') => ({ key, operation }) as Change;
const LEAD = change('lead:lead_1_a');
const USER = change('user:user_1_a');

it('a write is on the kind that its key names, and a truncate on all of them', () => {
  expect(isChangeOf(LEAD, 'leads')).toBe(true);
  expect(isChangeOf(LEAD, 'users')).toBe(false);
  expect(isChangeOf(change('user:user_1_a:orders'), 'users')).toBe(false);
  for (const entity of ['leads', 'users', 'orders'] as const) {
    expect(isChangeOf(change('', 'truncate'), entity)).toBe(true);
    expect(isChangeOf(change('leads:index'), entity)).toBe(false);
  }
});

/** A feed of these pages, and the cursors it was asked after. */
function feedOf(...pages: Change[][]) {
  const asked: string[] = [];
  const read = async (after: string) => {
    asked.push(after);
    const number = asked.length;
    return { changes: pages[number - 1] ?? [], nextCursor: `${number}.0`, more: number < pages.length };
  };
  return { asked, read };
}

it('is looked for on every page, each after the one before', async () => {
  const feed = feedOf([USER], [], [LEAD]);
  expect(await hasChanged('0.0', 'leads', feed.read)).toBe(true);
  expect(feed.asked).toEqual(['0.0', '1.0', '2.0']);
});

it('is found at once, and no further page is read', async () => {
  const feed = feedOf([USER, LEAD], [USER]);
  expect(await hasChanged('0.0', 'leads', feed.read)).toBe(true);
  expect(feed.asked).toEqual(['0.0']);
});

it('is denied only when the feed has no more', async () => {
  const feed = feedOf([USER], [USER]);
  expect(await hasChanged('0.0', 'leads', feed.read)).toBe(false);
  expect(feed.asked).toEqual(['0.0', '1.0']);
});
