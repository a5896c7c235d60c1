import { useState } from 'preact/hooks';
import { Question } from '../../ui/overlays/Question.tsx';
import { shown } from '../field-words.ts';

interface Props<Row> {
  /** What it is: `lead`. */
  noun: string;
  name: string;
  /** What goes with it. */
  erased: string;
  row: Row;
  model: { saving: { readonly value: string | null }; remove(seen: Row): Promise<boolean> };
  onClose(): void;
  onDeleted(): void;
}

/** Erasing cannot be undone, so the safe answer has the focus and the record is named. */
export function DeleteRecord<Row>({ noun, name, erased, row, model, onClose, onDeleted }: Props<Row>) {
  const [seen] = useState(row);
  return (
    <Question
      title={`Delete this ${noun} for good?`}
      confirm="Delete for good"
      busy={model.saving.value === 'delete'}
      onClose={onClose}
      onConfirm={async () => {
        const isGone = await model.remove(seen);
        onClose();
        if (isGone) onDeleted();
      }}
    >
      <p>
        <bdi class="wrap-anywhere">
          <strong>{shown(name)}</strong>
        </bdi>{' '}
        {erased} There is no way back.
      </p>
      <p class="secondary">If somebody changed the {noun} since you read it, nothing is deleted.</p>
    </Question>
  );
}
