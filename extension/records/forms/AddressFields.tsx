import { TextField } from '../../ui/fields/TextField.tsx';
import { fieldLabel } from '../field-words.ts';
import { ADDRESS_LINES, type AddressDraft } from './address.ts';

interface Props {
  legend: string;
  value: AddressDraft;
  /** By line, as `city`. */
  errors: Record<string, string>;
  /** What stands before the line in the names of errors: `shippingAddress`. */
  field: string;
  /** Whether it must be there: an address has at least these two lines. */
  required?: boolean;
  onChange(value: AddressDraft): void;
}

/** The lines of an address. */
export function AddressFields({ legend, value, errors, field, required = false, onChange }: Props) {
  return (
    <fieldset class="stack-tight">
      <legend class="field-label">{legend}</legend>
      <div class="form-grid">
        {ADDRESS_LINES.map((line) => {
          const error = errors[`${field}.${line}`];
          return (
            <TextField
              key={line}
              label={fieldLabel(line)}
              value={value[line]}
              required={required && (line === 'line1' || line === 'city')}
              autocomplete="off"
              onInput={(text) => onChange({ ...value, [line]: text })}
              {...(error && { error })}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
