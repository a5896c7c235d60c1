import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a connection ends: an orderly close (FIN) or a reset (RST), as a firewall or a crashed router sends it. */
type Ending = 'close' | 'reset';

/** Where to cut the one connection that the proxy carries. */
export interface Cut {
  ending: Ending;
  /** How many bytes of the request reach the server: none, some, or by default all. */
  requestBytes?: number;
  /** How many bytes of the reply reach the client. */
  replyBytes: number;
  /** Held up before the cut, from the moment the request begins to pass. */
  until?: () => Promise<unknown>;
}

export interface CuttingProxy {
  url: string;
  close(): Promise<void>;
}

/** Stands between a client and the server at `url`, passes on so many bytes and then cuts both sides. */
export async function startCuttingProxy(url: string, cut: Cut): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    }
    let isCut = false;
    const cutNow = async () => {
      if (isCut) return;
      isCut = true;
      await cut.until?.();
      for (const socket of [client, upstream]) {
        if (cut.ending === 'reset') socket.resetAndDestroy();
        else socket.destroySoon();
      }
    };
    const { requestBytes = Number.POSITIVE_INFINITY, replyBytes } = cut;
    pass(client, upstream, requestBytes, cutNow);
    pass(upstream, client, replyBytes, cutNow);
    if (requestBytes === 0) cutNow();
    // All of the request and none of the reply: the cut is not set off by bytes but by the condition.
    if (cut.until && requestBytes === Number.POSITIVE_INFINITY) client.once('data', cutNow);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

/** Passes on the first `limit` bytes; whoever sends more sets off the cut. */
function pass(from: Socket, to: Socket, limit: number, cut: () => void): void {
  let passed = 0;
  from.on('data', (chunk) => {
    const part = chunk.subarray(0, Math.max(0, limit - passed));
    passed += part.length;
    if (part.length > 0) to.write(part);
    if (part.length < chunk.length) cut();
  });
}
