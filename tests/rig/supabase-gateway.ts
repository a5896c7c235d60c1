import { randomBytes } from 'node:crypto';
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';

/** Where a part of the project listens: a socket file or an address on this machine. */
export type Upstream = { socketPath: string } | { host: string; port: number };

/** The keys of a project as its dashboard shows them, and the secret behind the legacy ones. */
export interface ProjectKeys {
  secret: string;
  publishable: string;
  legacyService: string;
  legacyAnon: string;
  jwtSecret: string;
}

interface PassedRequest {
  method: string;
  path: string;
}

export interface Gateway {
  url: string;
  /** What went to PostgREST so far. */
  restRequests: PassedRequest[];
  /** Answers every request in place of the project, as the platform does for a paused one; null ends it. */
  answerInstead(answer: ((response: ServerResponse) => void) | null): void;
  /** Lets the next request to PostgREST be carried out and its answer be lost. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

/** Makes up the keys of a project; its secret ones act as `serviceRole`. */
export async function createProjectKeys(serviceRole = 'service_role'): Promise<ProjectKeys> {
  const jwtSecret = randomBytes(32).toString('base64url');
  const sign = (role: string) =>
    new SignJWT({ role, iss: 'supabase' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('10y')
      .sign(new TextEncoder().encode(jwtSecret));
  return {
    secret: `sb_secret_${randomBytes(16).toString('hex')}`,
    publishable: `sb_publishable_${randomBytes(16).toString('hex')}`,
    legacyService: await sign(serviceRole),
    legacyAnon: await sign('anon'),
    jwtSecret,
  };
}

/**
 * What stands before a hosted project: one address for its parts, and API keys that become tokens.
 * @param upstreams by the first segments of the path, such as `/rest/v1`; called anew for each request
 */
export async function startGateway(
  keys: ProjectKeys,
  upstreams: Record<string, () => Upstream | null>,
  port = 0,
): Promise<Gateway> {
  const restRequests: PassedRequest[] = [];
  let isAnswerLost = false;
  let instead: ((response: ServerResponse) => void) | null = null;

  const server = createServer((incoming, response) => {
    if (instead) {
      incoming.resume();
      return instead(response);
    }
    const prefix = Object.keys(upstreams).find((start) => incoming.url?.startsWith(`${start}/`));
    const upstream = prefix && upstreams[prefix]?.();
    if (!upstream) return answer(response, 404, { message: 'no Route matched with those values' });
    const path = incoming.url?.slice(prefix.length) ?? '/';
    const lost = isAnswerLost && prefix === '/rest/v1';
    if (lost) isAnswerLost = false;
    const headers = { ...incoming.headers, 'cf-connecting-ip': incoming.socket.remoteAddress };
    if (prefix === '/rest/v1') {
      const refusal = exchangeKey(incoming, headers, keys);
      if (refusal) return answer(response, 401, { message: refusal });
      restRequests.push({ method: incoming.method ?? '', path });
    }
    const outgoing = pass(incoming, response, upstream, path, headers);
    if (lost) outgoing.prependListener('response', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    restRequests,
    loseNextAnswer() {
      isAnswerLost = true;
    },
    answerInstead(answer) {
      instead = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Puts a token in the place of the API key. @returns why it is refused, or null */
function exchangeKey(
  { method, headers: sent }: IncomingMessage,
  headers: Record<string, unknown>,
  keys: ProjectKeys,
): string | null {
  // A browser asks first, without any key, whether it may.
  if (method === 'OPTIONS') return null;
  const key = sent.apikey;
  if (typeof key !== 'string') return 'No API key found in request';
  const token = {
    [keys.secret]: keys.legacyService,
    [keys.publishable]: keys.legacyAnon,
    [keys.legacyService]: keys.legacyService,
    [keys.legacyAnon]: keys.legacyAnon,
  }[key];
  if (!token) return 'Invalid API key';
  if (key === keys.secret && sent['user-agent']?.startsWith('Mozilla/')) return 'Forbidden use of secret API key';
  // A person's own token stays; a key repeated as a token is no token.
  if (!sent.authorization || sent.authorization === `Bearer ${key}`) headers.authorization = `Bearer ${token}`;
  return null;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  upstream: Upstream,
  path: string,
  headers: Record<string, unknown>,
): ClientRequest {
  const outgoing = request(
    { ...upstream, path, method: incoming.method, headers: headers as Record<string, string>, agent: false },
    (reply) => {
      if (response.destroyed) return reply.resume();
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response).on('error', () => undefined);
      reply.on('error', () => response.destroy());
      reply.on('aborted', () => response.destroy());
    },
  );
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy();
    else answer(response, 503, { message: 'name resolution failed' });
  });
  return incoming.pipe(outgoing);
}
