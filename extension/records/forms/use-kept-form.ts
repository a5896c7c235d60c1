import { useEffect, useState } from 'preact/hooks';
import { useLifetime } from '../../ui/lifetime.ts';
import type { KeptForm } from './kept-form.ts';

/** What is wrong, by field, or under `form` with the whole. */
export type FormErrors = Record<string, string>;

/** Makes a form once, and takes up what an earlier view has left in it. */
export function useKeptForm<Form extends { start(signal: AbortSignal): Promise<void> }>(make: () => Form): Form {
  const [form] = useState(make);
  const ended = useLifetime();
  useEffect(() => void form.start(ended), [form, ended]);
  return form;
}

interface Options<Form extends object> {
  form: KeptForm<Form>;
  /** @returns null when nothing of it is needed any more, `conflict` when it is until the user has chosen between two versions */
  onSubmit(draft: Form): Promise<FormErrors | 'conflict' | null>;
  onClose(): void;
}

/** How a form is written in a dialog: kept while it is open, dropped when it is stored or discarded. */
export function useFormDialog<Form extends object>({ form, onSubmit, onClose }: Options<Form>) {
  const [errors, setErrors] = useState<FormErrors>({});
  const draft = form.form.value;
  const close = () => {
    void form.drop();
    onClose();
  };
  return {
    /** Null until it is known what an earlier view has left. */
    draft,
    errors,
    set(change: Partial<Form>): void {
      const now = form.form.value;
      if (now !== null) form.write({ ...now, ...change });
    },
    /** For the FormDialog around it. */
    dialog: {
      isChanged: form.isChanged.value,
      left: form.left.value,
      onClose: close,
      async onSubmit(): Promise<void> {
        const wrong = draft && (await onSubmit(draft));
        if (wrong === 'conflict') onClose();
        else if (wrong) setErrors(wrong);
        else close();
      },
    },
  };
}
