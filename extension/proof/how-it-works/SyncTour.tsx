import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { NEEDS_ADMIN } from '../../records/field-words.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { type SyncTour as Model, type TourStep as Step, TOUR_STEPS } from './sync-tour.ts';
import { TourStep } from './TourStep.tsx';
import { Count, Verify, Watch, Write } from './TourSteps.tsx';

const TITLES: Record<Step, string> = {
  count: 'Note the row count',
  write: 'Press Seed Data',
  watch: 'Watch the rows appear',
  verify: 'Verify',
};

interface Props {
  model: Model;
  /** Of the table in the Supabase dashboard; null elsewhere. */
  editorUrl(projectRef: string | null): string | null;
  isViewer: boolean;
}

/** The 30-second challenge. Each step is ticked by a comparison made just now, and by nothing else. */
export function SyncTour({ model, editorUrl, isViewer }: Props) {
  const step = model.step.value;
  const isStarted = model.before.value !== null;
  const failure = model.failure.value;
  const tour = useRef<HTMLElement>(null);
  const headings = useRef<Partial<Record<Step, HTMLHeadingElement | null>>>({});
  const end = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    const controller = new AbortController();
    model.follow(controller.signal);
    return () => {
      controller.abort();
      model.leave();
    };
  }, [model]);

  useEffect(() => {
    // Rows that come by themselves move nobody who is busy elsewhere.
    const { activeElement } = document;
    const isHere = tour.current?.contains(activeElement) || activeElement === document.body;
    if (!isStarted || !isHere) return;
    (step === null ? end.current : headings.current[step])?.focus();
  }, [step, isStarted]);

  const content: Record<Step, ComponentChildren> = {
    count: <Count model={model} editorUrl={editorUrl(model.before.value?.projectRef ?? null)} />,
    write: <Write model={model} isViewer={isViewer} />,
    watch: <Watch model={model} />,
    verify: <Verify model={model} />,
  };
  const stateOf = (one: Step) => (model.done.value[one] ? 'done' : one === step ? 'current' : 'ahead');

  return (
    <section class="stack" aria-labelledby="sync-tour" ref={tour}>
      <h3 id="sync-tour">The 30-second challenge</h3>
      <p class="secondary">Count the rows, write some, see them in the table itself, and compare.</p>
      {isViewer && <Notice tone="info">{NEEDS_ADMIN}</Notice>}
      {failure && (
        <Notice tone="warning">
          {failure.code === 'forbidden' ? NEEDS_ADMIN : failure.message} This step is not done.
        </Notice>
      )}
      {isStarted && (
        <ol class="tour">
          {TOUR_STEPS.map((one) => (
            <TourStep
              key={one}
              title={TITLES[one]}
              state={stateOf(one)}
              heading={(element) => {
                headings.current[one] = element;
              }}
            >
              {stateOf(one) !== 'ahead' && content[one]}
            </TourStep>
          ))}
        </ol>
      )}
      {isStarted && step === null && (
        <p ref={end} tabIndex={-1} role="status">
          What you see is what is stored: you have just watched it being written, read back and compared.
        </p>
      )}
      <div class="row">
        <Button
          variant={isStarted ? 'secondary' : 'primary'}
          busy={model.busy.value === 'count'}
          disabled={isViewer}
          onClick={() => void model.count()}
        >
          {isStarted ? 'Start again' : 'Start the challenge'}
        </Button>
        {isStarted && (
          <Button variant="quiet" onClick={() => model.leave()}>
            Leave
          </Button>
        )}
      </div>
    </section>
  );
}
