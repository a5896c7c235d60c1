import { formatNumber } from '../content/number-format.ts';

interface Props {
  label: string;
  options: readonly { value: string; label: string; count?: number | null | undefined }[];
  selected: string;
  onSelect(value: string): void;
}

/** One row of choices that are all seen; it scrolls sideways by itself where it has no room. */
export function FilterChips({ label, options, selected, onSelect }: Props) {
  return (
    <fieldset class="filter-chips" aria-label={label}>
      {options.map(({ value, label: name, count }) => (
        <button
          key={value}
          type="button"
          class="filter-chip"
          aria-pressed={value === selected}
          onClick={() => onSelect(value)}
          onFocus={(event) => event.currentTarget.scrollIntoView({ block: 'nearest', inline: 'nearest' })}
        >
          {name}
          {count != null && <span>{formatNumber(count)}</span>}
        </button>
      ))}
    </fieldset>
  );
}
