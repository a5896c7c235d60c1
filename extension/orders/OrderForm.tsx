import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Order } from '../../shared/contract/order.ts';
import type { User } from '../../shared/contract/user.ts';
import { fieldLabel, shown } from '../records/field-words.ts';
import { AddressFields } from '../records/forms/AddressFields.tsx';
import { FormDialog } from '../records/forms/FormDialog.tsx';
import type { KeptForm } from '../records/forms/kept-form.ts';
import { type FormErrors, useFormDialog, useKeptForm } from '../records/forms/use-kept-form.ts';
import { SearchField } from '../records/list/SearchField.tsx';
import type { Failure } from '../records/opened/record.ts';
import { PAYMENT_WORDS } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { IconButton } from '../ui/buttons/IconButton.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { formatMoney } from '../ui/content/number-format.ts';
import { Select } from '../ui/fields/Select.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import type { OrderModel } from './order.ts';
import {
  type ItemDraft,
  NEW_ITEM,
  newOrderOf,
  type OrderDraft,
  orderChangesOf,
  orderDraft,
  sumsOf,
} from './order-draft.ts';
import type { Orders } from './orders.ts';

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
function OrderForm({ title, confirm, currency, busy, isGone, isUnaddressed = false, children, ...written }: Props) {
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

interface EditOrderProps {
  model: OrderModel;
  order: Order;
  currency: string | null;
  onClose(): void;
}

/** Changes what stands on an order. Only what was changed is sent; the API adds up again. */
export function EditOrder({ model, order, currency, onClose }: EditOrderProps) {
  const [begunOn] = useState(order);
  const form = useKeptForm(() => model.edit(begunOn));
  return (
    <OrderForm
      title="Edit order"
      confirm="Save"
      form={form}
      currency={currency}
      busy={model.saving.value !== null}
      isGone={model.isGone.value}
      onClose={onClose}
      onSubmit={async (draft) => {
        const checked = orderChangesOf(draft, orderDraft(begunOn));
        if (checked && 'errors' in checked) return checked.errors;
        return checked && model.saveForm(checked.value, begunOn);
      }}
    />
  );
}

interface NewOrderProps {
  model: Orders;
  currency: string | null;
  onClose(): void;
  onCreated(id: string): void;
}

/** Creates an order for a user; their address is a first guess for where it goes. */
export function NewOrder({ model, currency, onClose, onCreated }: NewOrderProps) {
  const [isBusy, setBusy] = useState(false);
  const form = useKeptForm(model.begin);
  const user = form.user.value;
  return (
    <OrderForm
      title="New order"
      confirm="Create order"
      form={form}
      currency={currency}
      busy={isBusy}
      isUnaddressed={user === null}
      onClose={onClose}
      onSubmit={async (draft) => {
        if (user === null) return { userId: 'choose whom the order is for.' };
        const checked = newOrderOf(draft, user.id);
        if ('errors' in checked) return checked.errors;
        setBusy(true);
        const submissionId = await form.submissionId(checked.value);
        const result = await model.create({ ...checked.value, submissionId });
        setBusy(false);
        if ('errors' in result) return result.errors;
        onCreated(result.order.id);
        return null;
      }}
    >
      <PickUser model={model} picked={user} onPick={form.pick} />
    </OrderForm>
  );
}

interface PickUserProps {
  model: Orders;
  picked: User | null;
  onPick(user: User | null): void;
}

/** Finds the user whom an order is for, while one types. */
function PickUser({ model, picked, onPick }: PickUserProps) {
  const search = useRef<HTMLInputElement>(null);
  const [q, setQ] = useState('');
  const [found, setFound] = useState<readonly User[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    model.findUsers(q.trim(), controller.signal).then(
      (users) => {
        setFound(users);
        setFailure(null);
      },
      (error: Failure) => !controller.signal.aborted && setFailure(error.message),
    );
    return () => controller.abort();
  }, [model, q]);
  if (picked) {
    return (
      <div class="row spread" data-testid="picked">
        <span class="truncate">
          For <strong>{shown(picked.name || picked.email)}</strong>
        </span>
        <Button variant="quiet" onClick={() => onPick(null)}>
          Somebody else
        </Button>
      </div>
    );
  }
  return (
    <div class="stack-tight">
      <SearchField
        label="Find the customer"
        placeholder="Name, email or phone of the customer"
        q={q}
        onSearch={setQ}
        searchRef={search}
      />
      {failure && <p class="secondary">Nobody could be looked up: {failure}</p>}
      {found?.length === 0 && <p class="secondary">No user matches.</p>}
      <ul class="plain-list">
        {found?.map((user) => (
          <li key={user.id}>
            <Button variant="quiet" icon="user" onClick={() => onPick(user)}>
              {shown(user.name || user.email)} · {shown(user.email)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
