import { batch, computed, signal } from '@preact/signals';
import { isEqual } from '../../../shared/contract/equal.ts';
import { type FormDraft, formDraft, type LeftText } from '../../platform/browser/storage.ts';
import { type Base, baseOf, typedInto, withTyped } from './form-draft.ts';

export type { LeftText };

interface Options<Form> {
  connectionId: string;
  /** Which form: of one record, or of a new one. */
  name: string;
  /** What stands in it before anybody types. Asked again at each key stroke: what is filled in for somebody counts as not typed. */
  base(): Form;
  /** What else is kept of it; ids only. */
  ids?(): FormDraft['ids'];
  /** Hears of the ids that an earlier view has left, before it is asked what stood in the form. */
  prepare?(ids: FormDraft['ids'], signal: AbortSignal): Promise<void>;
  /** Of a form whose lines can be added and removed. */
  lines?: {
    of(form: Form): FormDraft['lines'];
    /** A form with these lines, each as it stood before. */
    shape(form: Form, lines: FormDraft['lines']): Form;
  };
}

const NO_LINES = { of: () => [], shape: <Form>(form: Form) => form };

/** A form that is being written. Every key stroke is kept at once, since a popup closes without asking. */
export function createKeptForm<Form extends object>(options: Options<Form>) {
  const { connectionId, name, base, ids = () => ({}), prepare, lines = NO_LINES } = options;
  const kept = formDraft(connectionId, name);
  const begun = signal(base());
  /** Null until it is known what an earlier view has left. */
  const form = signal<Form | null>(null);
  /** What was typed before somebody else changed the record: it is shown, and in no field. */
  const left = signal<readonly LeftText[]>([]);
  const isTyped = computed(() => form.value !== null && !isEqual(form.value, begun.value));
  const isChanged = computed(() => left.value.length > 0 || isTyped.value);

  /** What stood in the form before, with the lines that it has now. */
  const baseWith = (order: FormDraft['lines']): Base<Form> => {
    const now = baseOf(base());
    return { ...now, form: lines.shape(now.form, order) };
  };

  function begin(): void {
    batch(() => {
      begun.value = base();
      form.value = begun.value;
    });
  }

  return {
    form,
    left,
    /** Whether something else stands in it than is stored. */
    isTyped,
    /** Whether it holds anything that somebody typed. */
    isChanged,
    write(next: Form): void {
      form.value = next;
      if (!isChanged.value) return void kept.removeValue();
      const order = lines.of(next);
      const texts = typedInto(baseWith(order), next);
      const startedFrom = baseOf(base()).version('items');
      void kept.setValue({ texts, lines: order, startedFrom, left: left.value, ids: ids() });
    },
    /** Shows what stands there now. */
    begin,
    /** What was written is stored, or not wanted any more. */
    async drop(): Promise<void> {
      begin();
      left.value = [];
      await kept.removeValue();
    },
    /** Takes up what an earlier view has left. */
    async start(signal: AbortSignal): Promise<void> {
      const found = await kept.getValue();
      if (found) await prepare?.(found.ids, signal);
      // Whoever was faster than the storage goes on.
      if (isChanged.value) return;
      const now = baseOf(base());
      const isSame = found?.startedFrom === now.version('items');
      const restored = found && withTyped(isSame ? baseWith(found.lines) : now, found.texts);
      batch(() => {
        form.value = restored?.form ?? now.form;
        left.value = [...(found?.left ?? []), ...(restored?.left ?? [])];
      });
    },
  };
}
export type KeptForm<Form extends object> = ReturnType<typeof createKeptForm<Form>>;
