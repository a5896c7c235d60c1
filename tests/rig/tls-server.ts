import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Made for these tests and signed by nobody but itself; valid until 2126. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwe8xBtxm5ME4QWCd
V2KIP2+wTlVQpRUMOwaEFb8HL8qhRANCAASmEVp9TXjH9NngTmVpPJ8j6vSsuv5h
x60gE8m+UnF+Jm6s3yCMH6VVAohJwb8auNYxB9P567SjVoi1dVsJDAyz
-----END PRIVATE KEY-----
`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUXuACm6K8NxImtkuXPDWZscpCqLEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjE1Mjk0OVoYDzIxMjYxMTAy
MTUyOTQ5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASmEVp9TXjH9NngTmVpPJ8j6vSsuv5hx60gE8m+UnF+Jm6s3yCMH6VV
AohJwb8auNYxB9P567SjVoi1dVsJDAyzo2QwYjAdBgNVHQ4EFgQUeN/Iz+PoIJyM
RGTbeydaCkD6R6cwHwYDVR0jBBgwFoAUeN/Iz+PoIJyMRGTbeydaCkD6R6cwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQDJJMmIfeEdC/GMCdL7k/FgwnBKPzOMIVqqduOQZor0zwIhAPpPE2J0n74YzAqU
3cDwj8rkLfwsRAvU6DnesHhas2nV
-----END CERTIFICATE-----
`;

export interface TlsServer {
  port: number;
  close(): Promise<void>;
}

/** A Postgres as far as its greeting: it takes the offer of TLS and shows a certificate that nobody vouches for. */
export async function startTlsServer(): Promise<TlsServer> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('S');
      new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE }).on('error', () => undefined);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}
