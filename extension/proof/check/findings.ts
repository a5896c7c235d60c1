import type { Finding, SyncReport } from '../../../shared/contract/sync-report.ts';
import type { EntityProof, ProofFinding } from '../../../shared/proof/table-proof.ts';
import type { ScreenComparison, ScreenFinding } from './compare-screen.ts';
import type { DirectComparison } from './direct-read.ts';

/** One fault, whoever found it: Postgres's report, or one of those who read the table from outside and compare. */
export interface SyncFinding
  extends Pick<Finding, 'severity' | 'entity' | 'count' | 'keys' | 'message' | 'statements'> {
  code: Finding['code'] | ScreenFinding['code'] | ProofFinding['code'] | 'direct.differs';
  by: 'report' | 'screen' | 'full' | 'direct';
  repairable: boolean;
  /** What to do, where the API says it. */
  remedy: string | null;
}

interface Found {
  report: SyncReport | null;
  screen: ScreenComparison | null;
  direct: DirectComparison | null;
  proofs: readonly EntityProof[];
}

const RANK = { error: 0, warning: 1, info: 2 };

/** Everything that was found, the worst first. */
export function findingsOf({ report, screen, proofs, direct }: Found): SyncFinding[] {
  const outside = { severity: 'error' as const, remedy: null, statements: [], repairable: false };
  const all: SyncFinding[] = [
    ...(screen?.findings ?? []).map((finding) => ({ ...outside, ...finding, by: 'screen' as const })),
    ...proofs
      .flatMap(({ findings }) => findings)
      .map((finding) => ({ ...outside, count: finding.keys.length, ...finding, by: 'full' as const })),
    ...(direct?.findings ?? []).map((finding) => ({ ...outside, ...finding, by: 'direct' as const })),
    ...(report?.findings ?? []).map((finding) => ({ ...finding, by: 'report' as const })),
  ];
  return all.sort((left, right) => RANK[left.severity] - RANK[right.severity]);
}

interface Words {
  title: string;
  /** How it can come to this. */
  why: string;
  /** What to do, where the API does not say it. */
  remedy?: string;
}

const LOST_WRITE =
  'Rows were written past the API: by hand in an SQL console, by a script, by the restore of a part, or by the prototype this product replaces, which lost entries when two people wrote at once.';
const BY_HAND = 'Somebody wrote into the table by hand, or an older install left the row like this.';
const IN_BETWEEN = {
  why: 'Something between Postgres and this screen answers in its place or changes answers: a proxy, a cache, a changed API.',
  remedy:
    'Run Test Connection, then look at what stands between this browser and the API. Trust the table, not the screen, until this is gone.',
};

/** What each code means to people; the message of a finding says what was counted this time. */
export const FINDING_WORDS: Record<SyncFinding['code'], Words> = {
  'index.missing': { title: 'Records are missing from the index', why: LOST_WRITE },
  'index.dangling': { title: 'The index names records that are not stored', why: LOST_WRITE },
  'index.duplicate': { title: 'The index names a record twice', why: LOST_WRITE },
  'row.malformed': { title: 'Rows are not what their key says', why: BY_HAND },
  'row.id_mismatch': { title: 'Rows carry the id of another key', why: `${BY_HAND} Values were swapped or copied.` },
  'row.missing': {
    title: 'Stored records are gone',
    why: 'The change log or a receipt says that they were stored, and nothing that they were deleted: rows were removed past the log, or the table was emptied.',
  },
  'row.changed': {
    title: 'Leads are not what was acknowledged',
    why: 'The receipt that the database kept is of another text, and the change log has no change since: somebody changed the row past the log, with its triggers switched off, or restored an older text.',
  },
  'lookup.missing': { title: 'Users cannot be found by their email', why: LOST_WRITE },
  'lookup.dangling': { title: 'Emails lead to users who are not stored', why: LOST_WRITE },
  'lookup.mismatch': { title: 'Emails lead to the wrong user', why: LOST_WRITE },
  'orders_list.missing': { title: 'Orders are missing from their user’s list', why: LOST_WRITE },
  'orders_list.dangling': { title: 'Users’ lists name orders that are not theirs', why: LOST_WRITE },
  'order.user_missing': {
    title: 'Orders belong to nobody',
    why: 'The user was deleted past the API, which refuses that.',
  },
  'lead.user_missing': {
    title: 'Converted leads lead to no user',
    why: 'The user that the lead became was deleted, or the row was written by hand.',
  },
  'totals.mismatch': {
    title: 'Users’ totals are not the sum of their orders',
    why: 'Orders were changed past the API, so nobody counted them.',
  },
  'key.unknown': {
    title: 'Keys that this product does not use',
    why: 'Older installs and other programs keep rows of their own in the table.',
  },
  'log.off': {
    title: 'The change log is off',
    why: 'A trigger that writes it was switched off, edited or removed, as some tools do for a large import and then forget. What is written meanwhile leaves no trace, and comparisons with the log miss it.',
  },
  'durability.off': {
    title: 'An acknowledged write may not survive a power cut',
    why: 'Postgres is set to answer before a commit is on the disk, usually for speed in tests.',
  },
  replica: {
    title: 'A replica answers',
    why: 'The API is connected to a copy of the database, which may be behind the one that is written to.',
  },
  'screen.differs': {
    title: 'The screen shows another value than the table holds',
    why: 'The row was changed past the change log, with its triggers switched off, after this view had read it; or what this view was given was not what is stored.',
    remedy: 'Read the list again to see what is stored now, and ask whoever has direct access to the database.',
  },
  'screen.missing': {
    title: 'The screen shows a record that is not stored',
    why: 'The row was removed past the change log, or the whole table was emptied.',
    remedy:
      'The list still shows it; opening it reads the table, where it is gone. Ask whoever has direct access to the database.',
  },
  'reply.stale': { title: 'An old answer came back', ...IN_BETWEEN },
  'reply.order': { title: 'Other rows came than were asked for', ...IN_BETWEEN },
  'page.differs': { title: 'The text received is not the text stored', ...IN_BETWEEN },
  'whole.differs': { title: 'Rows were left out or added on the way', ...IN_BETWEEN },
  'direct.differs': {
    title: 'Our API and Supabase show different rows',
    why: 'The API works on another database than the project you signed in to, a policy of the table hides rows, or something in between changes answers.',
    remedy: 'Compare the two columns below. Open the Table Editor to see who is right.',
  },
};

const ENTITY_WORDS: Record<SyncFinding['entity'], string> = {
  leads: 'Leads',
  users: 'Users',
  orders: 'Orders',
  table: 'Table',
  database: 'Database',
};
export const entityWords = (entity: SyncFinding['entity']): string => ENTITY_WORDS[entity];
