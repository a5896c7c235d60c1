import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { NotSince } from '../../records/receipts/NotSince.tsx';
import { bringIntoView } from '../../ui/bring-into-view.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Card } from '../../ui/content/Card.tsx';
import { Disclosure } from '../../ui/content/Disclosure.tsx';
import { KeyValue } from '../../ui/content/KeyValue.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { VisuallyHidden } from '../../ui/content/VisuallyHidden.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import type { IconName } from '../../ui/icons/icons.ts';
import { useLifetime } from '../../ui/lifetime.ts';
import {
  type ConnectionTests as ConnectionTestsModel,
  createConnectionTests,
  type TestResult,
  type TestState,
} from './connection-tests.ts';
import { Remedy } from './Remedy.tsx';

const STATES: Record<TestState, { word: string; icon: IconName }> = {
  running: { word: 'running', icon: 'circle' },
  passed: { word: 'passed', icon: 'circleCheck' },
  failed: { word: 'failed', icon: 'circleX' },
  unchecked: { word: 'not checked', icon: 'info' },
};

function EvidenceOf({ evidence }: { evidence: TestResult['evidence'] }) {
  return (
    <KeyValue
      rows={evidence.map(({ label, found, ok }) => ({
        label,
        value: (
          <span class="evidence" data-ok={ok}>
            {ok !== null && <Icon name={ok ? 'check' : 'close'} size={12} />}
            <span class="wrap-anywhere">
              {ok === false && <VisuallyHidden>Wrong: </VisuallyHidden>}
              {found}
            </span>
          </span>
        ),
      }))}
    />
  );
}

function Test({ result }: { result: TestResult }) {
  const { title, state, ms, sentence, remedy, evidence, print } = result;
  const { word, icon } = STATES[state];
  return (
    <li class="test" data-state={state} data-test={result.id}>
      <div class="test-head">
        <Icon name={icon} />
        <h3>{title}</h3>
        <VisuallyHidden>{word}</VisuallyHidden>
        <span class="caption">{state === 'running' ? 'running' : ms === null ? word : `${formatNumber(ms)} ms`}</span>
      </div>
      {sentence && <p class="test-sentence">{sentence}</p>}
      {remedy && <Remedy text={remedy} />}
      {evidence.length > 0 && (
        <Disclosure summary="Evidence">
          <EvidenceOf evidence={evidence} />
        </Disclosure>
      )}
      {print && <p class="caption mono">{print}</p>}
    </li>
  );
}

function Verdict({ model }: { model: ConnectionTestsModel }) {
  const { results, isRunning, passed, count, freshness } = model;
  const isPast = freshness.isPast.value;
  const unchecked = results.value.filter(({ state }) => state === 'unchecked').length;
  const isDone = results.value.length > 0 && !isRunning.value;
  return (
    <div role="status" class="tests-verdict" data-passed={isDone && !isPast ? passed.value === count : undefined}>
      {isRunning.value && <p>Running {count} tests…</p>}
      {isDone && (
        <p>
          <Icon name={isPast ? 'clock' : passed.value === count ? 'circleCheck' : 'alert'} />
          <span>
            <strong>{`${passed.value}/${count} tests passing`}</strong>
            <NotSince freshness={freshness} />
          </span>
        </p>
      )}
      {isDone && unchecked > 0 && <p class="caption">{unchecked} not checked</p>}
    </div>
  );
}

/** Five questions to the API, asked now. It works when nobody answers: then it says who does not, and what to do. */
export function ConnectionTests({ workspace }: { workspace: Workspace }) {
  const model = useMemo(() => createConnectionTests(workspace), [workspace]);
  const ended = useLifetime();
  const root = useRef<HTMLDivElement>(null);
  const results = model.results.value;
  useEffect(() => {
    const controller = new AbortController();
    model.freshness.follow(workspace, controller.signal);
    return () => controller.abort();
  }, [workspace, model]);
  const { isForTests } = workspace.view;
  const isWanted = isForTests.value;
  useEffect(() => {
    if (!isWanted) return;
    isForTests.value = false;
    root.current?.scrollIntoView({ block: 'start' });
    // The one button of the card: whoever came for the tests needs only Enter.
    root.current?.querySelector('button')?.focus();
  }, [isWanted, isForTests]);
  const run = async () => {
    await model.run(ended);
    bringIntoView(root);
  };
  return (
    <div ref={root}>
      <Card
        title="Test Connection"
        actions={
          <Button icon="plug" busy={model.isRunning.value} onClick={() => void run()}>
            Run Connection Tests
          </Button>
        }
      >
        {results.length === 0 && (
          <p class="secondary">
            Reach, sign-in, schema, a write that is read back, and sync: each is asked now and compared.
          </p>
        )}
        <Verdict model={model} />
        {results.length > 0 && (
          <ol class="tests plain-list" data-past={model.freshness.isPast.value ? '' : undefined}>
            {results.map((result) => (
              <Test key={result.id} result={result} />
            ))}
          </ol>
        )}
      </Card>
    </div>
  );
}
