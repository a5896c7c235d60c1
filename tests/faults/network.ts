import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What becomes of connections: they pass, are closed or reset at once, are taken and hear nothing, or end within the first
 * answer that has a body.
 */
export type Weather = 'pass' | 'close' | 'reset' | 'stall' | 'cut';

export interface Network {
  url: string;
  /** From now on; what was open ends. */
  turn(weather: Weather): void;
  close(): Promise<void>;
}

/** How much of a body comes before it is cut. */
const BODY_BYTES = 10;

/** A network between a client and the server at `url`, whose weather changes. */
export async function startNetwork(url: string): Promise<Network> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let weather: Weather = 'pass';

  const keep = (socket: Socket) =>
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));

  const server = createServer((client) => {
    keep(client);
    if (weather === 'close') return client.destroy();
    if (weather === 'reset') return client.resetAndDestroy();
    if (weather === 'stall') return client.resume();
    const upstream = connect(Number(port), hostname);
    keep(upstream);
    client.pipe(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    if (weather === 'pass') return upstream.pipe(client);
    return upstream.on('data', (chunk) => {
      const end = chunk.indexOf('\r\n\r\n') + 4 + BODY_BYTES;
      client.write(chunk.subarray(0, end));
      if (chunk.length > end) client.destroySoon();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    turn(next) {
      weather = next;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
