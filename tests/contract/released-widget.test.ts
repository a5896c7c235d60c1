import { expect, it } from 'vitest';
import type { Deps } from '../../api/http/deps.ts';
import { mount } from '../../api/http/route.ts';
import { widgetRoutes } from '../../api/http/routes/widget.ts';
import { readWidgetFiles } from '../../api/node/widget-files.ts';

it('a version that pages pinned is still served, byte for byte, after the next one came', async () => {
  const current = readWidgetFiles();
  const old = { ...current.script, plain: new TextEncoder().encode('/* 0.0.9 */'), integrity: 'sha384-old' };
  const widget = { ...current, released: new Map([['0.0.9', old]]) };
  const deps = { widget } as unknown as Deps;
  const app = mount(widgetRoutes(deps), deps);
  const reply = await app.request('/widget/0.0.9/widget.js');
  expect(await reply.text()).toBe('/* 0.0.9 */');
  expect(reply.headers.get('Cache-Control')).toContain('immutable');
  expect((await app.request('/widget/0.0.9/webcomponents.js')).status).toBe(200);
});

it('a released version is never built anew with other bytes', () => {
  const { version, script, released } = readWidgetFiles();
  expect(released.get(version)?.integrity ?? script.integrity).toBe(script.integrity);
});
