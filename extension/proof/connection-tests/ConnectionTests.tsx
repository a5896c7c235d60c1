import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { NotSince, useFreshness } from '../../records/receipts/NotSince.tsx';
import { bringIntoView } from '../../ui/bring-into-view.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Card } from '../../ui/content/Card.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import { useLifetime } from '../../ui/lifetime.ts';
import { EvidenceList, Remedy, StepItem } from '../Step.tsx';
import { createConnectionTests } from './connection-tests.ts';

type Model = ReturnType<typeof createConnectionTests>;

function Verdict({ model: { results, isRunning, passed, count, freshness } }: { model: Model }) {
  const isPast = freshness.isPast.value;
  const isAll = passed.value === count;
  const unchecked = results.value.filter(({ state }) => state === 'unchecked').length;
  const isDone = results.value.length > 0 && !isRunning.value;
  const tone = !isDone || isPast ? 'neutral' : isAll ? 'good' : 'danger';
  return (
    <div role="status" class="tests-verdict" data-tone={tone}>
      {isRunning.value && <p>Running {count} tests…</p>}
      {isDone && (
        <p class="row">
          <Icon name={isPast ? 'clock' : isAll ? 'circleCheck' : 'alert'} />
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
  useFreshness(model.freshness, workspace);
  const ended = useLifetime();
  const root = useRef<HTMLDivElement>(null);
  const results = model.results.value;
  const { isForTests } = workspace.navigation;
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
        <ol class="check-steps plain-list">
          {results.map(({ id, title, state, ms, sentence, remedy, statements, evidence, print }) => (
            <StepItem
              key={id}
              id={id}
              name={title}
              step={{ state, ms, at: null, progress: null }}
              isPast={model.freshness.isPast.value}
              sentence={sentence}
              evidence={evidence.length > 0 && <EvidenceList rows={evidence} />}
            >
              {remedy && <Remedy text={remedy} statements={statements} />}
              {print && <p class="caption mono">{print}</p>}
            </StepItem>
          ))}
        </ol>
      </Card>
    </div>
  );
}
