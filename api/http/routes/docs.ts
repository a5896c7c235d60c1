import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { OpenAPIV3_1 } from 'openapi-types';
import type { AppEnv, Deps } from '../deps.ts';
import { openApiDocument, operation } from '../openapi.ts';
import { page, pageHeaders } from '../page.ts';

type Document = Awaited<ReturnType<typeof openApiDocument>>;

function operations(document: Document): { method: string; path: string; described: OpenAPIV3_1.OperationObject }[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, described]) => ({
      method: method.toUpperCase(),
      path,
      described: described as OpenAPIV3_1.OperationObject,
    })),
  );
}

function describe({ method, path, described }: ReturnType<typeof operations>[number]) {
  const replies = Object.entries(described.responses ?? {}) as [string, OpenAPIV3_1.ResponseObject][];
  const inputs = { parameters: described.parameters, body: described.requestBody };
  return html`<details>
    <summary><code>${method} ${path}</code> <span class="quiet">${described.summary ?? ''}</span></summary>
    ${described.description ? html`<p>${described.description}</p>` : ''}
    <table>
      <thead><tr><th scope="col">Status</th><th scope="col">Reply</th></tr></thead>
      <tbody>${replies.map(([status, reply]) => html`<tr><td>${status}</td><td>${reply.description}</td></tr>`)}</tbody>
    </table>
    <p class="quiet">What it takes</p>
    <pre tabindex="0">${JSON.stringify(inputs, null, 2)}</pre>
  </details>`;
}

/** The documentation, made from the schemas that check the requests. */
export function docsRoutes({ widget, publicBase }: Deps, api: Hono<AppEnv>) {
  // Made once: a caller who asks ten thousand times must not cost ten thousand renderings.
  let made: Promise<{ json: string; routes: string }> | undefined;
  const make = async () => {
    const document = await openApiDocument(api, widget.version);
    return { json: JSON.stringify(document), routes: `${await html`${operations(document).map(describe)}`}` };
  };
  const documentation = () => {
    made ??= make();
    return made;
  };
  return new Hono<AppEnv>()
    .get(
      '/openapi.json',
      operation({ summary: 'This API as an OpenAPI document', replies: { 200: 'OpenAPI 3.1' } }),
      async (context) => context.body((await documentation()).json, 200, { 'Content-Type': 'application/json' }),
    )
    .get('/docs', operation({ summary: 'This API as a page', replies: { 200: 'HTML' } }), async (context) => {
      const nonce = context.get('requestId');
      const base = publicBase(context.req.raw) + context.req.path.replace(/\/docs\/?$/, '');
      const src = `${base}/widget/${widget.version}/widget.js`;
      const tag = `<script src="${src}"\n  integrity="${widget.script.integrity}" crossorigin="anonymous" defer></script>\n<lead-form></lead-form>`;
      return context.html(
        page(
          'Vision Studio CRM API',
          nonce,
          html`<h1>Vision Studio CRM API</h1>
            <p class="quiet">Version ${widget.version}. The same as a document for machines: <a href="${base}/openapi.json">openapi.json</a></p>
            <h2>The form, pinned to this version</h2>
            <pre tabindex="0">${tag}</pre>
            <h2>Routes</h2>
            ${raw((await documentation()).routes)}`,
        ),
        200,
        pageHeaders(nonce),
      );
    });
}
