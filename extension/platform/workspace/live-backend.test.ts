import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestApi } from '../../../tests/rig/api.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterEach(() => view.close());

const state = () => view.live.backend.value;
const refuse = (status: number, code: string) =>
  proxy.set({ status, json: { success: false, error: { code, message: 'Not now.', requestId: 'r1' } } });

describe('the backend', () => {
  it('is called connected after an answer, offline without one, and since when', async () => {
    expect(state()).toEqual({ state: 'connecting' });
    await view.live.watch(() => view.crm.session());
    expect(state()).toEqual({ state: 'connected', latencyMs: expect.any(Number) });
    proxy.set('refuse');
    await view.live.watch(() => view.crm.session()).catch(() => undefined);
    const away = state();
    expect(away).toMatchObject({ state: 'offline', failure: { kind: 'unreachable' } });
    proxy.set('html');
    // An odd answer to one question says nothing of the backend, one to the feed does.
    await view.live.watch(() => view.crm.session()).catch(() => undefined);
    expect(state()).toEqual(away);
    await view.live.watch(() => view.crm.listChanges('0.0'), true).catch(() => undefined);
    expect(state()).toMatchObject({
      state: 'offline',
      since: 'since' in away && away.since,
      failure: { kind: 'foreign' },
    });
    proxy.set('pass');
    await view.live.watch(() => view.crm.session());
    expect(state()).toMatchObject({ state: 'connected' });
  });

  it('is offline where something else has answered from the beginning', async () => {
    proxy.set('html');
    await view.live.watch(() => view.crm.session()).catch(() => undefined);
    expect(state()).toMatchObject({ state: 'offline', failure: { kind: 'foreign' } });
  });

  it('that says no is not offline, unless it is its database that is away', async () => {
    await view.live.watch(() => view.crm.session());
    for (const [status, code] of [
      [429, 'rate_limited'],
      [500, 'internal'],
      [403, 'forbidden'],
    ] as const) {
      refuse(status, code);
      await expect(view.live.watch(() => view.crm.session())).rejects.toMatchObject({ code });
      expect(state(), code).toMatchObject({ state: 'connected' });
    }
    refuse(503, 'database_unavailable');
    await view.live.watch(() => view.crm.session()).catch(() => undefined);
    expect(state()).toMatchObject({ state: 'offline' });
  });

  it('that does not know the key any more ends the session, and is not offline', async () => {
    refuse(401, 'unauthorized');
    await view.live.watch(() => view.crm.session()).catch(() => undefined);
    expect([view.signedOut.map(({ code }) => code), state().state]).toEqual([['unauthorized'], 'connecting']);
  });

  it('is not blamed for what the user gave up', async () => {
    await view.live.watch(() => view.crm.session());
    await view.live.watch(() => view.crm.session(AbortSignal.abort())).catch(() => undefined);
    expect([state().state, view.signedOut]).toEqual(['connected', []]);
  });
});
