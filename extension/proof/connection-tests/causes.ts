import type { ErrorCode, ErrorReason } from '../../../shared/contract/errors.ts';
import type { Failure } from '../../platform/api/failure.ts';
import { isLoopback } from '../../platform/connection/address.ts';
import { type Echo, withOtherScheme } from '../../platform/connection/probe.ts';

/** A failed request, and what else was learned about it. */
interface Fault {
  failure: Failure;
  /** Of the API. */
  url: string;
  /** Of an address that nothing could be read from. */
  echo?: Echo | null;
  /** Whether a key was sent along, for which browsers ask the gateway first. */
  hasKey?: boolean;
  /** Whether the API itself has answered another question meanwhile, one that needs no database. */
  isApiAlive?: boolean;
}

/** Its name, when it is this one, what is wrong, and what to do. Commands and addresses stand between backticks. */
type Cause = [cause: string, fits: (fault: Fault) => unknown, sentence: string, remedy: string];

const status = ({ failure }: Fault) => failure.answer?.status ?? 0;
const CORS = 'CORS at the gateway: {host} answers, but without the header that lets a browser read it.';
const AGAIN = 'Run the tests again. If it happens each time,';

/** Where it was not the API that answered. The first that fits counts. */
const CAUSES: readonly Cause[] = [
  [
    'fault of the extension',
    ({ failure }) => failure.kind === 'fault',
    'The extension itself failed at this: {fault}',
    'Reload the extension, then run the tests again. If it happens again, please report this sentence.',
  ],
  [
    'offline',
    ({ failure }) => failure.kind === 'offline',
    'This computer is offline: nothing was sent.',
    'Connect it to a network, then run the tests again.',
  ],
  [
    'redirect',
    ({ echo }) => echo?.redirects,
    '{host} sends requests on to another address. The extension does not follow, because your key must not travel on.',
    'Open `{url}/health` in a tab. If a network asks you to sign in, do that; if the API has moved, connect with its new address.',
  ],
  [
    'wrong scheme',
    ({ echo }) => echo?.otherScheme && !echo.answers,
    'TLS: {host} answers at {other}, but not at {url}, which this connection uses.',
    'Connect again with the address `{other}`.',
  ],
  [
    'preflight',
    ({ echo, hasKey }) => echo?.isReadable && hasKey,
    "CORS at the gateway: {host} answers without a key, but refuses the browser's question (preflight, OPTIONS) whether a key may be sent.",
    'The gateway must pass OPTIONS requests on to our API, which answers them.',
  ],
  [
    'unsteady',
    ({ echo }) => echo?.isReadable,
    '{host} did not answer at first, and answered a moment later.',
    `${AGAIN} the API restarts or the network loses connections.`,
  ],
  [
    'hidden by Supabase',
    ({ echo, url }) => echo?.answers && new URL(url).pathname.startsWith('/functions/v1/'),
    `${CORS} A paused project, or one without our function, answers like that.`,
    'Open the project in the Supabase dashboard: resume it if it is paused, else deploy the function make-server-3cbf86a5.',
  ],
  [
    'CORS',
    ({ echo }) => echo?.answers,
    `${CORS} Our API sends that header, so something before it answers in its place or takes the header away.`,
    'Open `{url}/health` in a tab to see who answers. The gateway must pass `Access-Control-Allow-Origin: *` on.',
  ],
  [
    'cut',
    ({ failure }) => failure.kind === 'cut',
    '{host} began to answer, and the connection was cut before the end.',
    `${AGAIN} the API stops in the middle of answers or something on the way cuts them: look at what \`npm start\` prints.`,
  ],
  [
    'nobody on this computer',
    ({ failure, url }) => failure.kind === 'unreachable' && isLoopback(url),
    'Nobody answers on this computer at {host}: no program listens there, or it hangs up without a word.',
    'Start the API with `npm start`. If it prints another address than this one, connect again with its connection code.',
  ],
  [
    'nobody',
    ({ failure }) => failure.kind === 'unreachable',
    'Nobody answers at {host}. The name may be wrong (DNS), the server down, or its certificate (TLS) not valid: a browser does not tell an extension which.',
    'Open `{url}/health` in a tab: there the browser names it, such as ERR_NAME_NOT_RESOLVED or ERR_CERT_….',
  ],
  [
    'silent database',
    ({ failure, isApiAlive }) => failure.kind === 'timeout' && isApiAlive,
    'The API answers, but its database is silent: no answer of Postgres came in time.',
    'Postgres hangs, is overloaded, or the network between the API and Postgres drops the connection. Check that Postgres runs and can be reached from where the API runs.',
  ],
  [
    'silent',
    ({ failure }) => failure.kind === 'timeout',
    '{message} The API hangs, or something on the way swallows the connection.',
    'Restart the API. If other sites are slow too, it is the network of this computer.',
  ],
  [
    'paused project',
    (fault) => status(fault) === 540 || fault.failure.reason === 'project_paused',
    'The Supabase project is paused. Nothing in it is lost.',
    'Its owner can resume it in the Supabase dashboard; that takes some minutes.',
  ],
  [
    'gateway wants a key',
    (fault) => status(fault) === 401 || status(fault) === 403,
    'The gateway at {host} refuses the request (HTTP {status}) before our API sees it.',
    'On Supabase, deploy the function with `--no-verify-jwt`: our API checks keys itself. Elsewhere, let the gateway pass requests without a sign-in of its own.',
  ],
  [
    'API away',
    (fault) => status(fault) >= 500,
    'The gateway at {host} answers (HTTP {status}), but the API behind it does not.',
    'Check that the API runs and that the gateway has its right address.',
  ],
  [
    'not at this address',
    (fault) => status(fault) === 404,
    '{host} answers, but our API is not at this address (HTTP 404).',
    'Check the address of the connection. On Supabase, check that the function make-server-3cbf86a5 is deployed.',
  ],
  [
    'web page',
    ({ failure }) => failure.answer && !failure.answer.isJson,
    "A page came back in place of the API (HTTP {status}): a network's sign-in page or a proxy answers for {host}.",
    'Open `{url}/health` in a tab and sign in to the network there, or leave the proxy.',
  ],
  ['not our API', ({ failure }) => failure.kind === 'foreign', '{message}', 'Check the address of the connection.'],
  [
    'another version',
    // An API without the route says that there is nothing at this address.
    ({ failure }) => failure.kind === 'outdated' || failure.code === 'not_found',
    'The API speaks another version than this extension.',
    'Update whichever of the two is older, then run the tests again.',
  ],
  [
    'refused sign-in',
    ({ failure }) => failure.endsSession,
    'Your key or session is not accepted.',
    'Connect again with the connection code that `npm start` prints, or sign in again.',
  ],
];

/** What the API itself says, by its reason, else by its code: the sentence is its own, and most tell what to do. */
const SAID: Partial<Record<ErrorReason | ErrorCode, [cause: string, remedy?: string]>> = {
  forbidden: ['not let in', 'Whoever runs this CRM can let an account in with `npm run admin -- add <email>`.'],
  rate_limited: ['too many requests', 'Run the tests again in {retryAfter} seconds.'],
  internal: ['failure of the API', 'Its log says why: look there for the request {requestId}.'],
  credentials_refused: [
    'database refuses the API',
    'Set the right `DATABASE_URL`, or the right `SUPABASE_SECRET_KEY`, where the API runs, and restart it.',
  ],
  certificate_refused: ['certificate of the database'],
  database_unavailable: [
    'database away',
    'Start Postgres, or check the address in `DATABASE_URL`. The API needs no restart: it works again as soon as Postgres does.',
  ],
  grant_missing: ['missing grant'],
  rows_hidden: ['row level security'],
  schema_cache_stale: ['stale schema cache'],
  table_differs: ['another table'],
  schema_version_differs: ['another schema version'],
  functions_missing: ['missing functions'],
  tables_missing: ['missing table', 'Migrating changes no row that is there.'],
  schema_missing: ['schema'],
};

/** Names why a request failed, with a sentence and what to do about it. */
export function causeOf(fault: Fault): { cause: string; sentence: string; remedy: string | null } {
  const { failure, url } = fault;
  const { code = 'conflict', reason = code, message, requestId = 'of this moment', retryAfter = 60, cause } = failure;
  const values = { host: new URL(url).host, url, other: withOtherScheme(url), message, requestId, retryAfter };
  const fill = (text: string) =>
    Object.entries({ ...values, status: status(fault), fault: String(cause) }).reduce(
      (filled, [name, value]) => filled.replaceAll(`{${name}}`, String(value)),
      text,
    );
  const known = CAUSES.find(([, fits]) => fits(fault));
  if (known) return { cause: known[0], sentence: fill(known[2]), remedy: fill(known[3]) };
  const [name, remedy] = SAID[reason] ?? SAID[code] ?? ['other', 'Run the tests again.'];
  return { cause: name, sentence: message, remedy: remedy === undefined ? null : fill(remedy) };
}
