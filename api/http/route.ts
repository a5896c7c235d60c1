import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { describeRoute } from 'hono-openapi';
import { z } from 'zod';
import { ERROR_STATUS, type ErrorCode, errorReply } from '../../shared/contract/errors.ts';
import type { Identity, Role } from '../auth/identity.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv, Deps } from './deps.ts';
import { readJson } from './request/body.ts';
import { validate, validateQuery } from './request/validate.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
type Place = z.ZodObject | undefined;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** All there is to say about a route. It checks and authorises each request, and makes the OpenAPI document. */
interface Declaration<Params extends Place, Query extends Place, Headers extends Place, Body> {
  method: Method | readonly Method[];
  path: string;
  summary: string;
  /** Who may call. An admin may do all that a viewer may. */
  who: Role | 'everybody';
  params?: Params;
  query?: Query;
  headers?: Headers;
  body?: z.ZodType<Body>;
  /** A body that works, for whoever tries the route in the documentation. */
  example?: object;
  /** Other media types that the same body may come in. */
  bodyTypes?: readonly string[];
  /** Reads and checks a body that is more than JSON. */
  read?: (context: Context<AppEnv>) => Promise<Body>;
  /** Schema of each success, by status. A text describes a reply that is no JSON. */
  replies: Record<number, z.ZodType | string>;
  errors?: readonly ErrorCode[];
}

/** A request that its declaration let pass. */
interface Checked<Params, Query, Headers, Body> {
  context: Context<AppEnv>;
  params: Output<Params>;
  query: Output<Query>;
  headers: Output<Headers>;
  body: Body;
  /** What the change log calls the caller. */
  actor: string;
}

/** A declared route with what answers it; `mount` serves it. */
export interface Route {
  declaration: Declaration<Place, Place, Place, unknown>;
  answer: (context: Context<AppEnv>) => Promise<Response>;
}

/**
 * Declares a route.
 * The role is checked first, then path, query, body and headers, each in full before the next.
 * @param handle gets what was checked and answers
 */
export function route<
  Params extends Place = undefined,
  Query extends Place = undefined,
  Headers extends Place = undefined,
  Body = undefined,
>(
  declaration: Declaration<Params, Query, Headers, Body>,
  handle: (request: Checked<Params, Query, Headers, Body>) => Response | Promise<Response>,
): Route {
  const { params, query, headers, body, read } = declaration;
  async function answer(context: Context<AppEnv>): Promise<Response> {
    const { req } = context;
    const checked = {
      params: params && validate(params, req.param()),
      query: query && validateQuery(query, req.raw),
      body: read ? await read(context) : body && validate(body, await readJson(req.raw)),
      headers: headers && validate(headers, headersIn(context, headers)),
    };
    const actor = (context.get('identity') as Identity | undefined)?.actor ?? 'form';
    return handle({ context, actor, ...checked } as Checked<Params, Query, Headers, Body>);
  }
  return { declaration: declaration as Route['declaration'], answer };
}

const headersIn = (context: Context, schema: z.ZodObject) =>
  Object.fromEntries(Object.keys(schema.shape).map((name) => [name, context.req.header(name)]));

/** Serves declared routes. */
export function mount(routes: readonly Route[], deps: Deps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const everybody = createMiddleware<AppEnv>((_, next) => next());
  const guards = { viewer: requireRole('viewer', deps), admin: requireRole('admin', deps), everybody };
  for (const { declaration, answer } of routes) {
    const { method, path, who } = declaration;
    app.on([method].flat() as string[], path, describe(declaration), guards[who], answer);
  }
  return app;
}

/**
 * Lets a request pass when its bearer token has at least this role.
 * @throws ApiError unauthorized without a token or with an unknown one, forbidden with too small a role or none,
 *   database_unavailable when nobody can say right now whose token it is
 */
function requireRole(role: Role, { authenticate }: Deps) {
  return createMiddleware<AppEnv>(async (context, next) => {
    // RFC 6750, section 2.1: the scheme is case-insensitive.
    const token = context.req.header('Authorization')?.match(/^Bearer +(\S+) *$/i)?.[1];
    if (!token) throw new ApiError('unauthorized', 'Sign in first: send the header "Authorization: Bearer <key>".');
    const identity = await authenticate(token);
    if (!identity) throw new ApiError('unauthorized', 'This key or session is not accepted here. Sign in again.');
    if (identity.role === null) {
      throw new ApiError(
        'forbidden',
        'This account is signed in but was not let in: whoever runs this CRM can do so with `npm run admin -- add <email>`.',
        { reason: 'role_missing', params: { needs: role } },
      );
    }
    if (role === 'admin' && identity.role !== 'admin') {
      throw new ApiError(
        'forbidden',
        'This needs the role admin, and you are a viewer. Ask whoever runs this CRM for it.',
        { reason: 'role_missing', params: { needs: role, has: identity.role } },
      );
    }
    context.set('identity', identity);
    await next();
  });
}

// Validated text is what callers send, so request schemas are described before their transforms, replies after.
const input = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
const output = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any' });

function parameters(place: 'path' | 'query' | 'header', schema: Place) {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: input(field as z.ZodType),
  }));
}

/** The errors that follow from what a route takes, and those of its own. */
function errorsOf({ errors = [], who, body, query, params }: Route['declaration']): Set<ErrorCode> {
  const named = new Set<ErrorCode>([...errors, 'internal', 'database_unavailable', 'schema_missing']);
  if (who !== 'everybody') named.add('unauthorized').add('forbidden');
  if (query || params || body) named.add('invalid_request');
  if (body) named.add('payload_too_large').add('unsupported_media_type');
  return named;
}

function replies(declaration: Route['declaration']) {
  const described: Record<string, { description: string; content?: object }> = {};
  for (const [status, schema] of Object.entries(declaration.replies)) {
    if (typeof schema === 'string') described[status] = { description: schema };
    else {
      const description = Number(status) < 400 ? 'Success' : '';
      described[status] = { description, content: { 'application/json': { schema: output(schema) } } };
    }
  }
  for (const code of errorsOf(declaration)) {
    const status = String(ERROR_STATUS[code]);
    const description = [described[status]?.description, code].filter(Boolean).join(', ');
    const content = described[status]?.content ?? { 'application/json': { schema: output(errorReply) } };
    described[status] = { description, content };
  }
  return described;
}

/** The declaration as OpenAPI 3.1 has it. */
function describe(declaration: Route['declaration']) {
  const { summary, who, params, query, headers, body, bodyTypes = [], example } = declaration;
  const schema = body && input(body);
  const documented = {
    summary,
    parameters: [...parameters('path', params), ...parameters('query', query), ...parameters('header', headers)],
    ...(who !== 'everybody' && { security: [{ key: [who] }], description: `Needs the role ${who}.` }),
    ...(schema && {
      requestBody: {
        required: true,
        content: Object.fromEntries(['application/json', ...bodyTypes].map((type) => [type, { schema, example }])),
      },
    }),
    responses: replies(declaration),
  };
  // The library's types follow JSON Schema draft 7, zod and OpenAPI 3.1 follow 2020-12.
  return describeRoute(documented as unknown as Parameters<typeof describeRoute>[0]);
}
