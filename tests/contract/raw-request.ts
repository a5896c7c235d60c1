import { connect, type Socket } from 'node:net';

/** A connection on which a test writes whatever bytes it likes, past every client's good manners. */
export interface RawConnection {
  write(data: string | Uint8Array): Promise<void>;
  end(): void;
  /** All that the server sent until it closed the connection, or until one whole reply with a length is there. */
  reply(): Promise<{ status: number; text: string }>;
  destroy(): void;
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let received = '';
  let closed = false;
  let wake = () => undefined as unknown;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    received += chunk;
    wake();
  });
  // A server that has refused a body may reset the connection under us: what it said before is what counts.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
    wake();
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));

  const isWhole = () => {
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const length = /^content-length: *(\d+)/im.exec(received.slice(0, end))?.[1];
    return length !== undefined && Buffer.byteLength(received.slice(end + 4)) >= Number(length);
  };

  return {
    write: (data) => new Promise((resolve) => (closed ? resolve() : socket.write(data, () => resolve()))),
    end: () => void socket.end(),
    async reply() {
      while (!closed && !isWhole()) await new Promise<void>((resolve) => (wake = resolve));
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0);
      return { status, text: received };
    },
    destroy: () => void socket.destroy(),
  };
}

/** Sends one request exactly as given and gives the reply. */
export async function sendRaw(url: string, head: string[], body: string | Uint8Array = '') {
  const connection = await openRaw(url);
  await connection.write(`${head.join('\r\n')}\r\n\r\n`);
  if (body.length > 0) await connection.write(body);
  const reply = await connection.reply();
  connection.destroy();
  return reply;
}
