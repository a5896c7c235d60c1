import type { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { generateSpecs } from 'hono-openapi';
import type { AppEnv, Deps } from '../deps.ts';
import { page, pageHeaders } from '../page.ts';
import { type Route, route } from '../route.ts';
import { EVERGREEN, serve } from './widget.ts';

/** The OpenAPI document of every route that is mounted on the app. */
function openApiDocument(app: Hono<AppEnv>, version: string) {
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

/** The documentation, made from the declarations that check the requests. */
export function docsRoutes({ widget, publicBase, viewer }: Deps, api: Hono<AppEnv>): Route[] {
  // Made once: a caller who asks ten thousand times must not cost ten thousand documents.
  let document: Promise<string> | undefined;

  return [
    route(
      {
        method: 'GET',
        path: '/openapi.json',
        summary: 'This API as an OpenAPI document',
        who: 'everybody',
        replies: { 200: 'OpenAPI 3.1' },
      },
      async ({ context }) => {
        document ??= openApiDocument(api, widget.version).then((made) => JSON.stringify(made));
        return context.body(await document, 200, { 'Content-Type': 'application/json' });
      },
    ),
    route(
      { method: 'GET', path: '/docs', summary: 'This API as a page', who: 'everybody', replies: { 200: 'HTML' } },
      ({ context }) => {
        const nonce = context.get('requestId');
        const base = publicBase(context.req.raw) + context.req.path.replace(/\/docs\/?$/, '');
        const src = `${base}/widget/${widget.version}/widget.js`;
        const tag = `<script src="${src}"\n  integrity="${widget.script.integrity}" crossorigin="anonymous" defer></script>\n<lead-form></lead-form>`;
        // Nothing leaves this host: no validator of others, no remote font.
        const start = `SwaggerUIBundle({ url: ${JSON.stringify(`${base}/openapi.json`)}, dom_id: '#viewer', validatorUrl: null })`;
        const shown = html`<link rel="stylesheet" href="${base}/docs/viewer.css" />
          <div id="viewer"></div>
          <script src="${base}/docs/viewer.js"></script>
          <script nonce="${nonce}">${raw(start)}</script>`;
        return context.html(
          page(
            'Vision Studio CRM API',
            nonce,
            html`<h1>Vision Studio CRM API</h1>
              <p class="quiet">Version ${widget.version}. The same as a document for machines: <a href="${base}/openapi.json">openapi.json</a></p>
              <h2>The form, pinned to this version</h2>
              <pre tabindex="0">${tag}</pre>
              ${viewer ? shown : ''}`,
          ),
          200,
          pageHeaders(nonce, viewer ? "'self'" : ''),
        );
      },
    ),
    ...(viewer ? viewerRoutes(viewer) : []),
  ];
}

/** What shows the document on the page, where there is a viewer. */
function viewerRoutes(read: NonNullable<Deps['viewer']>): Route[] {
  let files: ReturnType<typeof read> | undefined;
  const viewerFiles = () => {
    files ??= read();
    return files;
  };
  return [
    route(
      {
        method: 'GET',
        path: '/docs/viewer.js',
        summary: 'What shows the document on that page',
        who: 'everybody',
        replies: { 200: 'JavaScript' },
      },
      ({ context }) => serve(context, viewerFiles().script, EVERGREEN),
    ),
    route(
      {
        method: 'GET',
        path: '/docs/viewer.css',
        summary: 'The styles of that page',
        who: 'everybody',
        replies: { 200: 'CSS' },
      },
      ({ context }) => serve(context, viewerFiles().style, EVERGREEN, 'text/css'),
    ),
  ];
}
