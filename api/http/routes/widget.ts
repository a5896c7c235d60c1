import type { Context } from 'hono';
import { ApiError } from '../../errors.ts';
import type { Deps, WidgetFile } from '../deps.ts';
import { type Route, route } from '../route.ts';

export const EVERGREEN = 'public, max-age=300';
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** A built file as it is, or compressed for those who take it. */
export function serve(context: Context, file: WidgetFile, caching: string, type = 'text/javascript'): Response {
  const etag = `"${file.integrity}"`;
  const headers = {
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': caching,
    // Pages with `Cross-Origin-Embedder-Policy: require-corp` load nothing without it.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ETag: etag,
    Vary: 'Accept-Encoding',
  };
  const known = (context.req.header('If-None-Match') ?? '').split(',').map((tag) => tag.trim());
  if (known.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)) return context.body(null, 304, headers);
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(context.req.header('Accept-Encoding') ?? '')) {
    return context.body(file.gzip, 200, { ...headers, 'Content-Encoding': 'gzip' });
  }
  return context.body(file.plain, 200, headers);
}

/** The script that site owners paste: one address that stays fresh, one for each version that never changes. */
export function widgetRoutes({ widget }: Deps): Route[] {
  function versioned(
    context: Context,
    current: WidgetFile,
    earlier: (version: string) => WidgetFile | undefined,
  ): Response {
    const version = context.req.param('version') ?? '';
    const file = version === widget.version ? current : earlier(version);
    if (!file)
      throw new ApiError(
        'not_found',
        `This version is not served here. The newest is ${widget.version}; /widget.js always is.`,
        { reason: 'version_unknown', params: { newest: widget.version } },
      );
    return serve(context, file, IMMUTABLE);
  }

  return [
    route(
      {
        method: 'GET',
        path: '/widget.js',
        summary: 'The form script',
        who: 'everybody',
        replies: { 200: 'JavaScript', 304: 'Unchanged' },
      },
      ({ context }) => serve(context, widget.script, EVERGREEN),
    ),
    route(
      {
        method: 'GET',
        path: '/widget/:version/widget.js',
        summary: 'The form script of one version, for use with an integrity hash',
        who: 'everybody',
        replies: { 200: 'JavaScript' },
        errors: ['not_found'],
      },
      ({ context }) => versioned(context, widget.script, (version) => widget.released.get(version)?.script),
    ),
    route(
      {
        method: 'GET',
        path: '/widget/:version/webcomponents.js',
        summary: 'Custom elements for browsers that lack them',
        who: 'everybody',
        replies: { 200: 'JavaScript' },
        errors: ['not_found'],
      },
      ({ context }) => versioned(context, widget.polyfill, (version) => widget.released.get(version)?.polyfill),
    ),
  ];
}
