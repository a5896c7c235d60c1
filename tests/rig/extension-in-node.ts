/** What the extension's own code needs to run in Node: the browser's APIs, by WXT's fake. Import it before anything of the extension. */
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Failure } from '../../extension/platform/api/failure.ts';
import type { Connection, Credential } from '../../extension/platform/browser/storage.ts';

Object.assign(globalThis, { chrome: fakeBrowser });

export { fakeBrowser };

/**
 * A workspace on a connection of its own, as the app opens one. It is not started, since that follows the page it is shown on:
 * start its models, and look at the feed by `look()`.
 */
export const openWorkspace = (url: string, key: string, id: string = crypto.randomUUID()) =>
  openConnection({ id, name: 'Test', url }, { kind: 'key', key });

/** As `openWorkspace`, on a connection and with a sign-in of any kind. */
export async function openConnection(connection: Connection, credential: Credential) {
  const { saveCredential } = await import('../../extension/platform/connection/credentials.ts');
  const { createToasts } = await import('../../extension/platform/workspace/toasts.ts');
  const { openConnection: open } = await import('../../extension/app/open-connection.ts');
  await saveCredential(connection.id, credential, false);
  const signedOut: Failure[] = [];
  const workspace = open({
    connection,
    credential: null,
    left: null,
    toasts: createToasts(),
    onSignedOut: (failure) => signedOut.push(failure),
  });
  const end = new AbortController();
  return {
    ...workspace,
    connectionId: connection.id,
    signedOut,
    /** Of the view; `close` ends it. */
    signal: end.signal,
    close: () => end.abort(),
    look: () => workspace.live.poll(end.signal),
    /** What the last toasts said, the newest first. */
    said: () =>
      workspace.toasts.toasts.value.map(({ message, detail }) => (detail ? `${message} ${detail}` : message)).reverse(),
  };
}
export type OpenWorkspace = Awaited<ReturnType<typeof openWorkspace>>;
