import type { FunctionComponent, PartialInputHTMLAttributes, Ref, TargetedEvent } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';

type Owned = 'value' | 'onInput' | 'label' | 'icon' | 'id' | 'ref' | 'class' | 'className' | 'placeholder' | 'type';

interface Props extends Omit<PartialInputHTMLAttributes<HTMLInputElement>, Owned> {
  label: string;
  value: string;
  onInput(value: string): void;
  type?: 'text' | 'search' | 'email' | 'tel' | 'url' | 'password' | 'number' | 'date' | undefined;
  hint?: string | undefined;
  error?: string | undefined;
  multiline?: boolean | undefined;
  rows?: number | undefined;
  /** The label is there for screen readers only. */
  hideLabel?: boolean | undefined;
  icon?: IconName | undefined;
  /** The key that brings one here; shown while the field is empty. */
  shortcut?: string | undefined;
  placeholder?: string | undefined;
  inputRef?: Ref<HTMLInputElement> | Ref<HTMLTextAreaElement> | undefined;
}

/** One labelled text control. Its hint and its error are tied to it, so that they are read out with it. */
export function TextField({
  label,
  value,
  onInput,
  type = 'text',
  hint,
  error,
  multiline = false,
  rows = 4,
  hideLabel = false,
  icon,
  shortcut,
  placeholder = ' ',
  inputRef,
  ...native
}: Props) {
  const id = useId();
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  // One element of two kinds, with the same properties: JSX has no type for that.
  const Control = (multiline ? 'textarea' : 'input') as unknown as FunctionComponent<object>;
  const control = {
    ...native,
    ...(multiline ? { rows } : { type }),
    ref: inputRef as Ref<unknown>,
    id,
    value,
    placeholder,
    class: 'field-control',
    'aria-describedby': describedBy || undefined,
    'aria-invalid': error ? ('true' as const) : undefined,
    'aria-keyshortcuts': shortcut,
    onInput: (event: TargetedEvent<HTMLInputElement | HTMLTextAreaElement>) => onInput(event.currentTarget.value),
  };
  return (
    <div class="text-field">
      <label
        class={hideLabel ? 'visually-hidden' : 'field-label'}
        data-required={native.required || undefined}
        for={id}
      >
        {label}
      </label>
      <div class="field-box" data-shortcut={shortcut}>
        {icon && <Icon name={icon} />}
        <Control {...control} />
        {shortcut && (
          <span class="field-shortcut" aria-hidden="true">
            {shortcut}
          </span>
        )}
      </div>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="alert" />
          {error}
        </p>
      )}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
