import { useId } from 'preact/hooks';

interface Props {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
  hint?: string | undefined;
  hideLabel?: boolean | undefined;
  /** Some of what it stands for is ticked, some is not. */
  indeterminate?: boolean | undefined;
  disabled?: boolean | undefined;
  /** -1 where the keyboard has another way to it. */
  tabIndex?: number | undefined;
}

/** A tick with its label as one target of at least 24 px. */
export function Checkbox({
  label,
  checked,
  onChange,
  hint,
  hideLabel = false,
  indeterminate = false,
  disabled = false,
  tabIndex,
}: Props) {
  const id = useId();
  return (
    <label class={hideLabel ? 'checkbox bare' : 'checkbox'} title={hideLabel ? label : undefined}>
      <input
        type="checkbox"
        checked={checked}
        indeterminate={indeterminate}
        disabled={disabled}
        tabIndex={tabIndex}
        aria-label={hideLabel ? label : undefined}
        aria-describedby={hint && !hideLabel ? id : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {!hideLabel && (
        <span class="checkbox-text">
          {label}
          {hint && (
            <span class="field-hint" id={id}>
              {hint}
            </span>
          )}
        </span>
      )}
    </label>
  );
}
