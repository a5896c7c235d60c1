import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { BUDGET, buildWidget } from './build.ts';

const script = readFileSync(new URL('dist/widget.js', import.meta.url));

it('stays within the bytes that strangers’ visitors pay for', () => {
  expect(BUDGET).toBeLessThanOrEqual(7_000);
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(BUDGET);
});

it('is one classic script of a syntax that browsers without custom elements can read', () => {
  const text = script.toString('utf8');
  expect(() => new Function(text)).not.toThrow();
  expect(text).not.toMatch(/\?\.[a-z(]|\?\?=?|\bimport\b|\bexport\b|\{\s*\.\.\.|catch\s*\{/);
});

it('holds nothing a strict policy forbids', () => {
  expect(script.toString('utf8')).not.toMatch(
    /\beval\(|new Function|\.innerHTML|document\.write|localStorage|document\.cookie/,
  );
});

it('is the same bytes for the same input, so that a published hash stays true', async () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'widget-build-')));
  for (const folder of folders) await buildWidget(folder);
  const [first, second] = folders.map((folder) => readFileSync(join(folder, 'widget.js'), 'utf8'));
  for (const folder of folders) rmSync(folder, { recursive: true });
  expect(first === second).toBe(true);
});
