import type { Hono } from 'hono';
import { describeRoute, generateSpecs } from 'hono-openapi';
import { z } from 'zod';
import { ERROR_STATUS, type ErrorCode, errorReply } from '../../shared/contract/errors.ts';
import type { Role } from '../auth/identity.ts';
import type { AppEnv } from './deps.ts';

/** A route as its callers must know it. */
export interface Operation {
  summary: string;
  /** Who may call; absent means everybody. */
  role?: Role;
  path?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Other media types that the same body may come in. */
  bodyTypes?: readonly string[];
  /** Schema of each success, by status; a text describes a reply that is no JSON. */
  replies: Record<number, z.ZodType | string>;
  errors?: readonly ErrorCode[];
}

// Validated text is what callers send, so request schemas are described before their transforms, replies after.
const input = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
const output = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any' });

const everywhere: readonly ErrorCode[] = ['internal', 'database_unavailable', 'schema_missing'];

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodObject | undefined) {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: input(field as z.ZodType),
  }));
}

function replies({ replies, errors = [], role, body, query, path }: Operation) {
  const named = new Set<ErrorCode>([...errors, ...everywhere]);
  if (role) for (const code of ['unauthorized', 'forbidden'] as const) named.add(code);
  if (query || path) named.add('invalid_request');
  if (body)
    for (const code of ['invalid_request', 'payload_too_large', 'unsupported_media_type'] as const) named.add(code);
  const described: Record<string, { description: string; content?: object }> = {};
  for (const [status, schema] of Object.entries(replies)) {
    described[status] =
      typeof schema === 'string'
        ? { description: schema }
        : {
            description: Number(status) < 400 ? 'Success' : '',
            content: { 'application/json': { schema: output(schema) } },
          };
  }
  for (const code of named) {
    const status = String(ERROR_STATUS[code]);
    const description = [described[status]?.description, code].filter(Boolean).join(', ');
    const content = described[status]?.content ?? { 'application/json': { schema: output(errorReply) } };
    described[status] = { description, content };
  }
  return described;
}

/** Describes the route it stands on, from the same schemas that check its requests. Goes first among a route's handlers. */
export function operation(described: Operation) {
  const { summary, role, body, bodyTypes = [] } = described;
  const schema = body && input(body);
  const documented = {
    summary,
    parameters: [
      ...parameters('path', described.path),
      ...parameters('query', described.query),
      ...parameters('header', described.headers),
    ],
    ...(role && { security: [{ key: [] }], description: `Needs the role ${role}.` }),
    ...(schema && {
      requestBody: {
        required: true,
        content: Object.fromEntries(['application/json', ...bodyTypes].map((type) => [type, { schema }])),
      },
    }),
    responses: replies(described),
  };
  // The library's types follow JSON Schema draft 7, zod and OpenAPI 3.1 follow 2020-12.
  return describeRoute(documented as unknown as Parameters<typeof describeRoute>[0]);
}

/** The OpenAPI 3.1 document of everything mounted on the app. */
export function openApiDocument(app: Hono<AppEnv>, version: string) {
  return generateSpecs(app, {
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
    documentation: {
      openapi: '3.1.0',
      info: {
        title: 'Vision Studio CRM',
        version,
        description: 'Leads go in by one public route and are worked by the others.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    },
  });
}
