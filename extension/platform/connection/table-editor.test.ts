import { expect, it } from 'vitest';
import { tableEditorUrl } from './table-editor.ts';

const hosted = { url: 'https://abcdefghij.supabase.co', publishableKey: 'sb_publishable_x' };

it.each([
  ['the project of the report', { projectRef: 'klmnop' }, null, 'klmnop/editor?schema=public'],
  ['the table by its number', { projectRef: 'klmnop' }, 17_042, 'klmnop/editor/17042?schema=public'],
  [
    'the project signed in to, whatever the report says',
    { projectRef: 'klmnop', supabase: hosted },
    1,
    'abcdefghij/editor/1?schema=public',
  ],
])('leads to %s', (_, project, tableId, path) => {
  expect(tableEditorUrl(project, tableId)).toBe(`https://supabase.com/dashboard/project/${path}`);
});

it.each([
  ['no project', { projectRef: null }],
  ['a project on this machine', { projectRef: null, supabase: { ...hosted, url: 'http://127.0.0.1:54321' } }],
  ['a project elsewhere', { projectRef: 'klmnop', supabase: { ...hosted, url: 'https://supabase.example.com' } }],
  ['a report that would lead elsewhere', { projectRef: '../../../evil?x=' }],
])('leads nowhere for %s', (_, project) => {
  expect(tableEditorUrl(project)).toBeNull();
});
