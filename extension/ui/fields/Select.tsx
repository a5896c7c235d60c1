import { useId } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';

interface Props {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange(value: string): void;
  hideLabel?: boolean | undefined;
  disabled?: boolean | undefined;
}

/** A choice of one, by the browser's own list. */
export function Select({ label, value, options, onChange, hideLabel = false, disabled = false }: Props) {
  const id = useId();
  return (
    <div class="select-field">
      <label class={hideLabel ? 'visually-hidden' : 'field-label'} for={id}>
        {label}
      </label>
      <div class="field-box">
        <select
          id={id}
          class="field-control"
          disabled={disabled}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevronDown" />
      </div>
    </div>
  );
}
