import type { StatsReply as Stats } from '../../shared/contract/stats.ts';
import { ORDER_WORDS } from '../records/status-words.ts';
import { BarList } from '../ui/charts/BarList.tsx';
import { LineChart } from '../ui/charts/LineChart.tsx';
import { Card } from '../ui/content/Card.tsx';
import { formatMoney, formatNumber, formatRoundMoney } from '../ui/content/number-format.ts';
import { formatDay } from '../ui/content/time-format.ts';

interface Props {
  stats: Stats;
  currency: string | null;
}

const share = (part: number, whole: number) => `${formatNumber(part)} of ${formatNumber(whole)}`;

function Users({ stats }: { stats: Stats }) {
  return (
    <Card title="Users">
      <p class="number" data-testid="total-users">
        {formatNumber(stats.totalUsers)}
      </p>
      <p class="secondary">
        {formatNumber(stats.activeUsers)} active · {formatNumber(stats.newUsersThisMonth)} new this month
      </p>
    </Card>
  );
}

function Orders({ stats: { series, ...stats } }: { stats: Stats }) {
  const inPeriod = series.orders.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card title="Orders">
      <p class="number" data-testid="total-orders">
        {formatNumber(stats.totalOrders)}
      </p>
      <p class="secondary">
        {formatNumber(stats.pendingOrders)} waiting for payment · {formatNumber(stats.deliveredOrders)} delivered
      </p>
      {stats.totalOrders > 0 && (
        <LineChart
          title={`${formatNumber(inPeriod)} ordered in the last ${series.days} days`}
          unit="orders"
          points={series.orders.map(({ day, count }) => ({ label: formatDay(day), value: count }))}
        />
      )}
    </Card>
  );
}

function Revenue({ stats: { series, ...stats }, currency }: Props) {
  // In cents: a sum of many amounts would drift.
  const inPeriod = series.revenue.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0) / 100;
  const money = (value: number) => formatMoney(value, currency);
  return (
    <Card title="Revenue">
      <p class="number" data-testid="total-revenue">
        {money(stats.totalRevenue)}
      </p>
      <p class="secondary">
        <span data-testid="average-order">{money(stats.averageOrderValue)}</span> an order · without cancelled and
        refunded ones
      </p>
      <LineChart
        title={`${money(inPeriod)} in the last ${series.days} days`}
        unit="revenue"
        format={money}
        formatTick={(amount) => formatRoundMoney(amount, currency)}
        points={series.revenue.map(({ day, amount }) => ({ label: formatDay(day), value: amount }))}
      />
    </Card>
  );
}

function OrderStatuses({ stats: { ordersByStatus, totalOrders, deliveredOrders } }: { stats: Stats }) {
  const rows = Object.entries({ ...ORDER_WORDS, other: { label: 'Other', icon: 'info' as const } })
    .map(([status, { label, icon }]) => ({ label, icon, value: ordersByStatus[status as keyof typeof ordersByStatus] }))
    .filter(({ value }) => value > 0);
  return (
    <Card title="Where orders are">
      <BarList title={`${share(deliveredOrders, totalOrders)} delivered`} unit="orders" rows={rows} />
    </Card>
  );
}

/** What users and orders come to; each card stands here only once there is something to count. */
export function OrderFigures({ stats, currency }: Props) {
  return (
    <>
      {stats.totalOrders > 0 && <Revenue stats={stats} currency={currency} />}
      {stats.totalOrders > 0 && <Orders stats={stats} />}
      {stats.totalUsers > 0 && <Users stats={stats} />}
      {stats.totalOrders > 0 && <OrderStatuses stats={stats} />}
    </>
  );
}
