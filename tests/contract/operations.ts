import type { OpenAPIV3_1 } from 'openapi-types';
import type { RequestOptions, TestApi } from '../rig/api.ts';

/** One method on one path as the API documents itself. */
export interface DocumentedOperation {
  name: string;
  method: string;
  path: string;
  described: OpenAPIV3_1.OperationObject;
  role: 'admin' | 'viewer' | null;
}

/** A request that succeeds. */
export interface Sample {
  path: string;
  options: RequestOptions;
}

export const UNKNOWN_LEAD = 'lead_1736177352123_nobodyhas';
export const UNKNOWN_HELD = 'held_1736177352123_nobodyhas';

/** Every operation of `/openapi.json`, so that a new route is tested without being listed here. */
export async function documentedOperations(api: TestApi): Promise<DocumentedOperation[]> {
  const document = (await (await api.request('GET', '/openapi.json', { key: null })).json()) as OpenAPIV3_1.Document;
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => {
      const described = operation as OpenAPIV3_1.OperationObject;
      const role = described.security
        ? (/\brole (admin|viewer)\b/.exec(described.description ?? '')?.[1] ?? null)
        : null;
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        described,
        role: role as DocumentedOperation['role'],
      };
    }),
  );
}

/** @returns the id of a new lead */
export async function captureLead(api: TestApi, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await api.request('POST', '/leads', { key: null, body: { email: 'ann@example.com', ...fields } });
  const { leadId } = (await reply.json()) as { leadId: string };
  return leadId;
}

/** @returns the id of a new held submission */
export async function holdSubmission(api: TestApi, fields: Record<string, unknown> = {}): Promise<string> {
  const body = { email: 'bot@example.com', lf_extra: 'filled', ...fields };
  const reply = await api.request('POST', '/leads', { key: null, body });
  const { heldId } = (await reply.json()) as { heldId: string };
  return heldId;
}

/** These answer from memory, so no state of the database reaches them. */
export const WITHOUT_DATABASE = /^GET \/(session|widget|openapi|docs)/;

/** A request that succeeds for each operation; a test fails when an operation has none. */
export const SAMPLES: Record<string, (api: TestApi) => Promise<Sample>> = {
  'GET /health': async () => ({ path: '/health', options: { key: null } }),
  'GET /session': async () => ({ path: '/session', options: {} }),
  'POST /leads': async () => ({ path: '/leads', options: { key: null, body: { email: 'ann@example.com' } } }),
  'GET /leads': async () => ({ path: '/leads?status=new&total=1', options: {} }),
  'GET /leads/{id}': async (api) => ({ path: `/leads/${await captureLead(api)}`, options: {} }),
  'PATCH /leads/{id}': async (api) => ({
    path: `/leads/${await captureLead(api)}`,
    options: { body: { status: 'contacted' } },
  }),
  'PUT /leads/{id}': async (api) => ({
    path: `/leads/${await captureLead(api)}`,
    options: { body: { status: 'contacted' } },
  }),
  'DELETE /leads/{id}': async (api) => ({ path: `/leads/${await captureLead(api)}`, options: {} }),
  'GET /leads/{id}/history': async (api) => ({ path: `/leads/${await captureLead(api)}/history`, options: {} }),
  'GET /held': async () => ({ path: '/held', options: {} }),
  'POST /held/{id}/release': async (api) => ({ path: `/held/${await holdSubmission(api)}/release`, options: {} }),
  'DELETE /held/{id}': async (api) => ({ path: `/held/${await holdSubmission(api)}`, options: {} }),
  'GET /stats': async () => ({ path: '/stats?days=90&timeZone=Asia/Kuala_Lumpur', options: {} }),
  'POST /seed': async () => ({ path: '/seed', options: {} }),
  'DELETE /seed': async () => ({ path: '/seed', options: {} }),
  'GET /changes': async () => ({ path: '/changes', options: {} }),
  'GET /widget.js': async () => ({ path: '/widget.js', options: { key: null } }),
  'GET /widget/{version}/widget.js': async (api) => ({
    path: `/widget/${await widgetVersion(api)}/widget.js`,
    options: { key: null },
  }),
  'GET /widget/{version}/webcomponents.js': async (api) => ({
    path: `/widget/${await widgetVersion(api)}/webcomponents.js`,
    options: { key: null },
  }),
  'GET /openapi.json': async () => ({ path: '/openapi.json', options: { key: null } }),
  'GET /docs': async () => ({ path: '/docs', options: { key: null } }),
};

export async function sampleOf(api: TestApi, name: string): Promise<Sample> {
  const make = SAMPLES[name];
  if (!make) throw new Error(`${name} has no sample: add one request that succeeds to SAMPLES in operations.ts.`);
  return make(api);
}

async function widgetVersion(api: TestApi): Promise<string> {
  const { version } = (await (await api.request('GET', '/health', { key: null })).json()) as { version: string };
  return version;
}
