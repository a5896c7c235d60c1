import type { EntityProof } from '../../../shared/proof/table-proof.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Disclosure } from '../../ui/content/Disclosure.tsx';
import { KeyValue } from '../../ui/content/KeyValue.tsx';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { Time } from '../../ui/content/Time.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Progress } from '../../ui/messages/Progress.tsx';
import { entityWords } from './finding-words.ts';
import { Digest, Snapshot } from './SyncEvidence.tsx';
import { Where } from './SyncFinding.tsx';
import type { SyncModel } from './sync-check.ts';

const STATES = {
  proven: { icon: 'circleCheck', tone: 'good', word: 'proven' },
  pending: { icon: 'clock', tone: 'info', word: 'pending, re-check' },
  differs: { icon: 'circleX', tone: 'danger', word: 'differs' },
  nothing: { icon: 'circle', tone: 'neutral', word: 'no row to compare' },
} as const;

function Result({ proof, isOutdated }: { proof: EntityProof; isOutdated: boolean }) {
  const { count, withheld } = proof.received;
  const isNothing = proof.state === 'proven' && count === 0;
  const { word, ...sign } = STATES[isNothing ? 'nothing' : proof.state];
  const { icon, tone } = proof.state === 'proven' && isOutdated ? { icon: 'clock' as const, tone: 'neutral' } : sign;
  return (
    <li class="sync-step" data-tone={tone} data-entity={proof.entity}>
      <span class="sync-step-sign">
        <Icon name={icon} />
      </span>
      <div class="stack-tight grow">
        <p>
          {entityWords(proof.entity)}: {word} · {countOf(count, 'row')}
          {withheld > 0 && ` · ${countOf(withheld, 'row')} with a secret not checked`}
        </p>
        {proof.state === 'pending' && (
          <p class="secondary">
            Rows were written meanwhile. Each page was right; the whole was not compared with what is stored now.
          </p>
        )}
      </div>
    </li>
  );
}

/** Both sums of each kind, and the moment they are of. */
function Sums({ proofs }: { proofs: readonly EntityProof[] }) {
  return (
    <div class="stack-tight">
      {proofs.map(({ entity, received, stored, asOf }) => (
        <KeyValue
          key={entity}
          rows={[
            {
              label: entityWords(entity),
              value: (
                <>
                  {countOf(received.count, 'row')}, snapshot <Snapshot asOf={asOf} />
                </>
              ),
            },
            { label: 'Sum here', value: <Digest digest={received.digest} of="the rows received" /> },
            {
              label: 'In Postgres',
              value: stored ? (
                <>
                  <Digest digest={stored.digest} of="the rows stored" />{' '}
                  {stored.digest === received.digest ? 'the same' : 'another'}
                </>
              ) : (
                'not compared as a whole'
              ),
            },
          ]}
        />
      ))}
    </div>
  );
}

/** What an earlier proof found wrong: nobody has looked since, so it is neither red nor gone. */
function Earlier({ proofs }: { proofs: readonly EntityProof[] }) {
  return (
    <>
      <p class="secondary">Not checked since.</p>
      {proofs
        .flatMap(({ findings }) => findings)
        .map(({ code, entity, keys, message }) => (
          <Notice key={`${code} ${entity}`} tone="warning">
            Found by that proof, {entityWords(entity)}: {message}
            <Where keys={keys} count={keys.length} />
          </Notice>
        ))}
    </>
  );
}

interface Props {
  sync: SyncModel;
  /** Whether the last check says nothing of now any more. */
  isOutdated: boolean;
  disabled: boolean;
}

/** The walk over every stored row: how far it is, and what it has proven. */
export function SyncProof({ sync, isOutdated, disabled }: Props) {
  const { proof, report } = sync;
  const state = proof.state.value;
  const sum = report.value?.digests;
  const all = sum
    ? [sum.leads, sum.users, sum.orders].reduce((total, { count, withheld }) => total + count + withheld, 0)
    : null;
  const done = proof.done.value;
  const max = all === null ? null : Math.max(all, done);
  const { failure, at, results } = proof;
  const isOld = state !== 'running' && (isOutdated || !sync.isProofOfNow.value);
  return (
    <section class="stack-tight" aria-labelledby="full-proof">
      <div class="row spread">
        <h3 id="full-proof">Full proof</h3>
        {at.value !== null && (
          <span class="caption">
            {formatNumber(proof.ms.value)} ms · <Time iso={new Date(at.value).toISOString()} />
          </span>
        )}
      </div>
      <p class="secondary">
        Reads every stored row as text, hashes it in this browser and compares count and sum with Postgres’s own.
      </p>
      {state === 'idle' && <p class="secondary">Not checked.</p>}
      {(state === 'running' || state === 'stopped') && (
        <Progress
          label={state === 'running' ? 'Rows compared' : 'Stopped'}
          value={done}
          max={max}
          detail={state === 'stopped' ? 'Rows not read yet are not checked.' : undefined}
        />
      )}
      {failure.value && <Notice tone="warning">The walk was interrupted: {failure.value.message}</Notice>}
      {results.value.length > 0 && (
        <>
          <ul class="plain-list stack-tight">
            {results.value.map((result) => (
              <Result key={result.entity} proof={result} isOutdated={isOld} />
            ))}
          </ul>
          {isOld && <Earlier proofs={sync.isProofOfNow.value ? [] : results.value} />}
          <Disclosure summary="Evidence">
            <Sums proofs={results.value} />
          </Disclosure>
        </>
      )}
      <div class="row">
        {state === 'running' && <Button onClick={proof.cancel}>Cancel</Button>}
        {state === 'stopped' && (
          <Button variant="primary" disabled={disabled} onClick={() => void sync.resumeProof()}>
            Resume
          </Button>
        )}
        {state !== 'running' && (
          <Button disabled={disabled} onClick={() => void sync.proveAll()}>
            {state === 'idle' ? 'Prove every row' : state === 'stopped' ? 'Start anew' : 'Prove again'}
          </Button>
        )}
      </div>
    </section>
  );
}
