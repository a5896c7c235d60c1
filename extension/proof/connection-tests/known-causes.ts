import type { Failure } from '../../platform/api/failure.ts';
import { isLoopback } from '../../platform/connection/address.ts';
import { type Echo, withOtherScheme } from '../../platform/connection/probe.ts';

/** A failed request, and what else was learned about it. */
export interface Fault {
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

interface Cause {
  name: string;
  fits(fault: Fault): unknown;
  sentence(fault: Fault): string;
  remedy(fault: Fault): string;
}

export interface KnownCause {
  cause: string;
  /** What is wrong. */
  sentence: string;
  /** What to do about it; commands stand between backticks. */
  remedy: string;
}

const host = ({ url }: Fault) => new URL(url).host;
const isSupabase = ({ url }: Fault) => /\/functions\/v1\//.test(url);
const status = ({ failure }: Fault) => failure.answer?.status ?? 0;
const openInTab = ({ url }: Fault) => `Open ${url}/health in a tab`;
/** What the API says of its database, in its own words. */
const says = (code: Failure['code'], words: RegExp) => (fault: Fault) =>
  fault.failure.code === code && words.test(fault.failure.message);

const MIGRATE = 'Run `npm run migrate` where the API is installed, then run the tests again.';

/** The first that fits counts. */
const CAUSES: readonly Cause[] = [
  {
    name: 'fault of the extension',
    fits: ({ failure }) => failure.kind === 'fault',
    sentence: ({ failure }) => `The extension itself failed at this: ${failure.cause}`,
    remedy: () => 'Reload the extension, then run the tests again. If it happens again, please report this sentence.',
  },
  {
    name: 'offline',
    fits: ({ failure }) => failure.kind === 'offline',
    sentence: () => 'This computer is offline: nothing was sent.',
    remedy: () => 'Connect it to a network, then run the tests again.',
  },
  {
    name: 'redirect',
    fits: ({ echo }) => echo?.redirects,
    sentence: (fault) =>
      `${host(fault)} sends requests on to another address. The extension does not follow, because your key must not travel on.`,
    remedy: (fault) =>
      `${openInTab(fault)}. If a network asks you to sign in, do that; if the API has moved, connect with its new address.`,
  },
  {
    name: 'wrong scheme',
    fits: ({ echo }) => echo?.otherScheme && !echo.answers,
    sentence: (fault) =>
      `TLS: ${host(fault)} answers at ${withOtherScheme(fault.url)}, but not at ${fault.url}, which this connection uses.`,
    remedy: (fault) => `Connect again with the address ${withOtherScheme(fault.url)}.`,
  },
  {
    name: 'preflight',
    fits: ({ echo, hasKey }) => echo?.isReadable && hasKey,
    sentence: (fault) =>
      `CORS at the gateway: ${host(fault)} answers without a key, but refuses the browser's question (preflight, OPTIONS) whether a key may be sent.`,
    remedy: () => 'The gateway must pass OPTIONS requests on to our API, which answers them.',
  },
  {
    name: 'unsteady',
    fits: ({ echo }) => echo?.isReadable,
    sentence: (fault) => `${host(fault)} did not answer at first, and answered a moment later.`,
    remedy: () => 'Run the tests again. If it happens each time, the API restarts or the network loses connections.',
  },
  {
    name: 'hidden by Supabase',
    fits: (fault) => fault.echo?.answers && isSupabase(fault),
    sentence: (fault) =>
      `CORS at the gateway: ${host(fault)} answers, but without the header that lets a browser read it. A paused project, or one without our function, answers like that.`,
    remedy: () =>
      'Open the project in the Supabase dashboard: resume it if it is paused, else deploy the function make-server-3cbf86a5.',
  },
  {
    name: 'CORS',
    fits: ({ echo }) => echo?.answers,
    sentence: (fault) =>
      `CORS at the gateway: ${host(fault)} answers, but without the header that lets a browser read it. Our API sends that header, so something before it answers in its place or takes the header away.`,
    remedy: (fault) =>
      `${openInTab(fault)} to see who answers. The gateway must pass \`Access-Control-Allow-Origin: *\` on.`,
  },
  {
    name: 'cut',
    fits: ({ failure }) => failure.kind === 'cut',
    sentence: (fault) => `${host(fault)} began to answer, and the connection was cut before the end.`,
    remedy: () =>
      'Run the tests again. If it happens each time, the API stops in the middle of answers or something on the way cuts them: look at what `npm start` prints.',
  },
  {
    name: 'nobody on this computer',
    fits: ({ failure, url }) => failure.kind === 'unreachable' && isLoopback(url),
    sentence: (fault) =>
      `Nobody answers on this computer at ${host(fault)}: no program listens there, or it hangs up without a word.`,
    remedy: () =>
      'Start the API with `npm start`. If it prints another address than this one, connect again with its connection code.',
  },
  {
    name: 'nobody',
    fits: ({ failure }) => failure.kind === 'unreachable',
    sentence: (fault) =>
      `Nobody answers at ${host(fault)}. The name may be wrong (DNS), the server down, or its certificate (TLS) not valid: a browser does not tell an extension which.`,
    remedy: (fault) => `${openInTab(fault)}: there the browser names it, such as ERR_NAME_NOT_RESOLVED or ERR_CERT_….`,
  },
  {
    name: 'silent database',
    fits: ({ failure, isApiAlive }) => failure.kind === 'timeout' && isApiAlive,
    sentence: () => 'The API answers, but its database is silent: no answer of Postgres came in time.',
    remedy: () =>
      'Postgres hangs, is overloaded, or the network between the API and Postgres drops the connection. Check that Postgres runs and can be reached from where the API runs.',
  },
  {
    name: 'silent',
    fits: ({ failure }) => failure.kind === 'timeout',
    sentence: ({ failure }) => `${failure.message} The API hangs, or something on the way swallows the connection.`,
    remedy: () => 'Restart the API. If other sites are slow too, it is the network of this computer.',
  },
  {
    name: 'paused project',
    fits: (fault) => status(fault) === 540 || says('database_unavailable', /paused/)(fault),
    sentence: () => 'The Supabase project is paused. Nothing in it is lost.',
    remedy: () => 'Its owner can resume it in the Supabase dashboard; that takes some minutes.',
  },
  {
    name: 'gateway wants a key',
    fits: (fault) => /^40[13]$/.test(String(status(fault))),
    sentence: (fault) =>
      `The gateway at ${host(fault)} refuses the request (HTTP ${status(fault)}) before our API sees it.`,
    remedy: () =>
      'On Supabase, deploy the function with `--no-verify-jwt`: our API checks keys itself. Elsewhere, let the gateway pass requests without a sign-in of its own.',
  },
  {
    name: 'API away',
    fits: (fault) => status(fault) >= 500,
    sentence: (fault) =>
      `The gateway at ${host(fault)} answers (HTTP ${status(fault)}), but the API behind it does not.`,
    remedy: () => 'Check that the API runs and that the gateway has its right address.',
  },
  {
    name: 'not at this address',
    fits: (fault) => status(fault) === 404,
    sentence: (fault) => `${host(fault)} answers, but our API is not at this address (HTTP 404).`,
    remedy: () =>
      'Check the address of the connection. On Supabase, check that the function make-server-3cbf86a5 is deployed.',
  },
  {
    name: 'web page',
    fits: ({ failure }) => failure.answer && !failure.answer.isJson,
    sentence: (fault) =>
      `A page came back in place of the API (HTTP ${status(fault)}): a network's sign-in page or a proxy answers for ${host(fault)}.`,
    remedy: (fault) => `${openInTab(fault)} and sign in to the network there, or leave the proxy.`,
  },
  {
    name: 'not our API',
    fits: ({ failure }) => failure.kind === 'foreign',
    sentence: ({ failure }) => failure.message,
    remedy: () => 'Check the address of the connection.',
  },
  {
    name: 'another version',
    // An API without the route says that there is nothing at this address.
    fits: ({ failure }) => failure.kind === 'outdated' || failure.code === 'not_found',
    sentence: () => 'The API speaks another version than this extension.',
    remedy: () => 'Update whichever of the two is older, then run the tests again.',
  },
  {
    name: 'refused sign-in',
    fits: ({ failure }) => failure.endsSession,
    sentence: () => 'Your key or session is not accepted.',
    remedy: () => 'Connect again with the connection code that `npm start` prints, or sign in again.',
  },
  {
    name: 'not let in',
    fits: ({ failure }) => failure.code === 'forbidden',
    sentence: ({ failure }) => failure.message,
    remedy: () => 'Whoever runs this CRM can let an account in with `npm run admin -- add <email>`.',
  },
  {
    name: 'database refuses the API',
    fits: says('database_unavailable', /key or password/),
    sentence: () => 'The API answers, but the database refuses its key or password.',
    remedy: () =>
      'Set the right `DATABASE_URL`, or the right `SUPABASE_SECRET_KEY`, where the API runs, and restart it.',
  },
  {
    name: 'database away',
    fits: ({ failure }) => failure.code === 'database_unavailable',
    sentence: () => 'The API answers, but Postgres does not. Nothing is acknowledged while it is away.',
    remedy: () =>
      'Start Postgres, or check the address in `DATABASE_URL`. The API needs no restart: it works again as soon as Postgres does.',
  },
  {
    name: 'missing grant',
    fits: says('schema_missing', /grant is missing/i),
    sentence: () => 'A grant is missing: the role of the API may not use our tables or functions.',
    remedy: () => MIGRATE,
  },
  {
    name: 'row level security',
    fits: says('schema_missing', /row level security/i),
    sentence: () =>
      'Row level security hides rows from the role of the API: it would take what is left for everything.',
    remedy: () => 'Give the API the secret key of the project, or a role with `bypassrls`.',
  },
  {
    name: 'stale schema cache',
    fits: says('schema_missing', /schema cache/),
    sentence: () =>
      'The Data API of Supabase does not know our functions: its schema cache is stale, or they are missing.',
    remedy: () => "Run `notify pgrst, 'reload schema';` in the SQL editor. If that does not help, `npm run migrate`.",
  },
  {
    name: 'another table',
    fits: says('schema_missing', /works on table/),
    sentence: ({ failure }) => failure.message.replace(/ Run .*/, ''),
    remedy: () => 'Set the same `KV_TABLE` where the API runs, and run `npm run migrate` with it.',
  },
  {
    name: 'another schema version',
    fits: says('schema_missing', /schema version/),
    sentence: ({ failure }) => failure.message.replace(/ Run .*/, ''),
    remedy: () => MIGRATE,
  },
  {
    name: 'missing functions',
    fits: says('schema_missing', /functions/),
    sentence: () => 'The database lacks our functions.',
    remedy: () => MIGRATE,
  },
  {
    name: 'missing table',
    fits: ({ failure }) => failure.code === 'schema_missing',
    sentence: () => 'The database lacks our table, or one of its columns.',
    remedy: () => `${MIGRATE} It changes no row that is there.`,
  },
  {
    name: 'too many requests',
    fits: ({ failure }) => failure.code === 'rate_limited',
    sentence: () => 'The API takes no more requests right now.',
    remedy: ({ failure }) => `Run the tests again in ${failure.retryAfter ?? 60} seconds.`,
  },
  {
    name: 'failure of the API',
    fits: ({ failure }) => failure.code === 'internal',
    sentence: () => 'The API failed at this, and says no more.',
    remedy: ({ failure }) => `Its log says why: look there for the request ${failure.requestId ?? 'of this moment'}.`,
  },
];

/** Names why a request failed, with a sentence and what to do about it. */
export function causeOf(fault: Fault): KnownCause {
  const known = CAUSES.find(({ fits }) => fits(fault));
  if (!known) return { cause: 'other', sentence: fault.failure.message, remedy: 'Run the tests again.' };
  return { cause: known.name, sentence: known.sentence(fault), remedy: known.remedy(fault) };
}
