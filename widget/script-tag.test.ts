import { expect, it } from 'vitest';
import { apiBase } from './script-tag.ts';

it.each([
  ['https://api.example/widget.js', 'https://api.example'],
  ['https://api.example/widget.js?v=1#x', 'https://api.example'],
  ['https://api.example/widget/1.2.3/widget.js', 'https://api.example'],
  [
    'https://x.supabase.co/functions/v1/make-server-3cbf86a5/widget.js',
    'https://x.supabase.co/functions/v1/make-server-3cbf86a5',
  ],
  ['https://cdn.example/all.js', ''],
  ['https://cdn.example/all.js?from=/widget.js', ''],
  ['', ''],
])('the API of %j is %j', (src, base) => {
  expect(apiBase(src)).toBe(base);
});
