import type { Order } from '../../shared/contract/order.ts';
import { readable } from '../records/field-words.ts';
import { Card } from '../ui/content/Card.tsx';
import { formatMoney } from '../ui/content/number-format.ts';

const amount = (value: unknown) => (typeof value === 'number' ? value : null);

/** What was ordered, and how it adds up. The sums are the stored ones: what is shown is what stands in the row. */
export function OrderItems({ order, currency }: { order: Order; currency: string | null }) {
  const money = (value: unknown) => formatMoney(amount(value), currency);
  const sums = [
    { label: 'Subtotal', value: money(order.subtotal) },
    { label: 'Tax', value: money(order.tax) },
    { label: 'Shipping', value: money(order.shipping) },
    { label: 'Discount', value: order.discount ? `−${money(order.discount)}` : money(order.discount) },
  ];
  return (
    <Card title="Items">
      <table class="order-items">
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Sum</th>
          </tr>
        </thead>
        <tbody>
          {(order.items ?? []).map(({ name, quantity, price, variant }, index) => (
            <tr key={index}>
              <th scope="row">
                <bdi>{readable(name)}</bdi>
                <span class="order-item-price caption">
                  {readable(quantity)} × {money(price)}
                  {variant ? <bdi> · {readable(variant)}</bdi> : null}
                </span>
              </th>
              <td>
                {typeof quantity === 'number' && typeof price === 'number'
                  ? money(Math.round(quantity * price * 100) / 100)
                  : '–'}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {sums.map(({ label, value }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{value}</td>
            </tr>
          ))}
          <tr class="order-total">
            <th scope="row">Total</th>
            <td data-testid="order-total">{money(order.total)}</td>
          </tr>
        </tfoot>
      </table>
    </Card>
  );
}
