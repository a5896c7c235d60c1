import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Workspace } from '../platform/workspace/workspace.ts';
import type { Figures } from '../records/figures.ts';
import { useSplitKeys } from '../records/list/list-keys.ts';
import { OrderRow } from '../records/list/OrderRow.tsx';
import { RecordRows } from '../records/list/RecordRows.tsx';
import { SearchField } from '../records/list/SearchField.tsx';
import { ORDER_WORDS } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { lazily } from '../ui/lazily.tsx';
import { EmptyState } from '../ui/messages/EmptyState.tsx';
import { FilterChips } from '../ui/navigation/FilterChips.tsx';
import { createOrders } from './orders.ts';

const OrderDetail = lazily(() => import('./OrderDetail.tsx').then((module) => module.OrderDetail));
const NewOrder = lazily(() => import('./OrderForm.tsx').then((module) => module.NewOrder));

/** Where is it? The list of orders, and beside it or in its place the one that is open. */
export function Orders({ workspace, figures }: { workspace: Workspace; figures: Figures }) {
  const { navigation, session, currency } = workspace;
  const model = useMemo(() => createOrders(workspace), [workspace]);
  useEffect(() => {
    const controller = new AbortController();
    void model.start(controller.signal);
    return () => controller.abort();
  }, [model]);
  const search = useRef<HTMLInputElement>(null);
  const [isNew, setNew] = useState(false);
  useSplitKeys(
    navigation.order,
    useCallback(() => navigation.openOrder(null), [navigation]),
    search,
  );
  const open = navigation.order.value;
  const stats = figures.stats.value;
  const counts = stats?.ordersByStatus;
  const { q, status } = model.filter.value;

  return (
    <div class="split" data-pane={open === null ? 'list' : 'detail'}>
      <section class="pane list-pane" aria-label="Orders">
        <h1 class="visually-hidden">Orders</h1>
        <div class="toolbar">
          <div class="row nowrap search-line">
            <SearchField
              label="Search orders"
              placeholder="Number, item, address or parcel"
              q={q}
              onSearch={(text) => void model.setFilter({ q: text })}
              searchRef={search}
            />
            <Button icon="plus" disabled={session.value?.role === 'viewer'} onClick={() => setNew(true)}>
              New order
            </Button>
          </div>
          <FilterChips
            label="Order status"
            selected={status}
            onSelect={(value) => void model.setFilter({ status: value })}
            options={[
              { value: '', label: 'All', count: stats?.totalOrders },
              ...Object.entries(ORDER_WORDS).map(([value, { label }]) => ({
                value,
                label,
                count: counts?.[value as keyof typeof counts],
              })),
            ]}
          />
        </div>
        <RecordRows
          noun="order"
          model={model}
          isNarrowed={model.isNarrowed.value}
          onWiden={model.widen}
          nothing={<EmptyState icon="bag" title="No orders yet. Create the first one for one of your users." />}
          renderRow={(order, place) => (
            <OrderRow
              order={order}
              customer={model.customerOf(order)}
              currency={currency.value}
              isOpen={open === order.id}
              onOpen={() => navigation.openOrder(order.id)}
              {...place}
            />
          )}
        />
        {isNew && (
          <NewOrder
            model={model}
            currency={currency.value}
            onClose={() => setNew(false)}
            onCreated={(id) => navigation.openOrder(id)}
          />
        )}
      </section>
      <section class="pane detail-pane" aria-label="Order">
        {open !== null ? (
          <OrderDetail key={open} workspace={workspace} id={open} />
        ) : (
          <p class="secondary detail-hint">Open an order to see it here.</p>
        )}
      </section>
    </div>
  );
}
