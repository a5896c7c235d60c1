import type { ComponentChildren } from 'preact';
import { AddressFields } from '../records/forms/AddressFields.tsx';
import { FormDialog } from '../records/forms/FormDialog.tsx';
import type { KeptForm } from '../records/forms/kept-form.ts';
import { type FormErrors, useFormDialog } from '../records/forms/use-kept-form.ts';
import { fieldLabel } from '../records/words/field-words.ts';
import { PAYMENT_WORDS } from '../records/words/record-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { IconButton } from '../ui/buttons/IconButton.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { formatMoney } from '../ui/content/money-format.ts';
import { Select } from '../ui/fields/Select.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import { type ItemDraft, NEW_ITEM, type OrderDraft, sumsOf } from './order-draft.ts';

interface Props {
  title: string;
  confirm: string;
  form: KeptForm<OrderDraft>;
  currency: string | null;
  busy: boolean;
  isGone?: boolean;
  /** Whether it is not known yet for whom the order is. */
  isUnaddressed?: boolean;
  /** Stands above the items: for whom a new order is. */
  children?: ComponentChildren;
  /** @returns as useFormDialog wants it */
  onSubmit(draft: OrderDraft): Promise<FormErrors | 'conflict' | null>;
  onClose(): void;
}

interface LinesProps {
  items: readonly ItemDraft[];
  errors: FormErrors;
  onChange(items: readonly ItemDraft[]): void;
}

function Lines({ items, errors, onChange }: LinesProps) {
  const set = (at: number, change: Partial<ItemDraft>) =>
    onChange(items.map((item, index) => (index === at ? { ...item, ...change } : item)));
  const field = (at: number, name: 'name' | 'quantity' | 'price', label: string) => {
    const error = errors[`items.${at}.${name}`];
    return (
      <TextField
        label={`${label} of item ${at + 1}`}
        hideLabel
        placeholder={label}
        value={items[at]?.[name] ?? ''}
        required
        autocomplete="off"
        {...(name !== 'name' && { inputMode: 'decimal' as const })}
        onInput={(value) => set(at, { [name]: value })}
        {...(error && { error })}
      />
    );
  };
  return (
    <fieldset class="stack-tight">
      <legend class="field-label">Items</legend>
      {items.map((_, at) => (
        <div class="item-line" key={at}>
          {field(at, 'name', 'Name')}
          {field(at, 'quantity', 'Quantity')}
          {field(at, 'price', 'Price')}
          <IconButton
            icon="trash"
            label={`Remove item ${at + 1}`}
            disabled={items.length === 1}
            onClick={() => onChange(items.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button variant="quiet" icon="plus" onClick={() => onChange([...items, NEW_ITEM])}>
          Add item
        </Button>
      </div>
    </fieldset>
  );
}

/** What stands above the form: what was answered, or what no single field of it can show. */
function problemOf({ userId, ...errors }: FormErrors, isUnaddressed: boolean): string | undefined {
  if (userId && isUnaddressed) return `Nothing was sent: ${userId}`;
  if (errors.form || Object.keys(errors).length === 0) return errors.form;
  return `Nothing was sent: ${errors.items ?? errors.total ?? 'see the marked fields.'}`;
}

/** The dialog in which an order is written, new or not. The sums are shown before anything is sent. */
export function OrderForm({
  title,
  confirm,
  currency,
  busy,
  isGone,
  isUnaddressed = false,
  children,
  ...written
}: Props) {
  const { draft, errors, set, dialog } = useFormDialog(written);
  if (draft === null) return null;
  const sums = sumsOf(draft);
  const text = (name: 'tax' | 'shipping' | 'discount' | 'paymentMethod' | 'notes') => (
    <TextField
      key={name}
      label={fieldLabel(name)}
      value={draft[name]}
      required={name === 'paymentMethod'}
      autocomplete="off"
      onInput={(value) => set({ [name]: value })}
      {...(errors[name] && { error: errors[name] })}
    />
  );
  return (
    <FormDialog
      title={title}
      confirm={confirm}
      size="large"
      busy={busy}
      isGone={isGone}
      problem={problemOf(errors, isUnaddressed)}
      {...dialog}
    >
      {children}
      <Lines items={draft.items} errors={errors} onChange={(items) => set({ items })} />
      <div class="form-grid">{(['tax', 'shipping', 'discount'] as const).map(text)}</div>
      <div data-testid="sums">
        <KeyValue
          rows={[
            { label: 'Subtotal', value: sums ? formatMoney(sums.subtotal, currency) : '–' },
            { label: 'Total', value: <strong>{sums ? formatMoney(sums.total, currency) : '–'}</strong> },
          ]}
        />
      </div>
      <div class="form-grid">
        {text('paymentMethod')}
        <Select
          label={fieldLabel('paymentStatus')}
          value={draft.paymentStatus}
          onChange={(paymentStatus) => set({ paymentStatus })}
          options={Object.entries(PAYMENT_WORDS).map(([value, label]) => ({ value, label }))}
        />
      </div>
      <AddressFields
        legend="Shipping address"
        field="shippingAddress"
        required
        value={draft.address}
        errors={errors}
        onChange={(address) => set({ address })}
      />
      {text('notes')}
    </FormDialog>
  );
}
