import { useEffect } from 'preact/hooks';
import type { Tab } from '../platform/workspace/navigation.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { lazily } from '../ui/lazily.tsx';
import { Skeleton } from '../ui/messages/Skeleton.tsx';
import { Tabs } from '../ui/navigation/Tabs.tsx';
import { Toasts } from '../ui/overlays/Toasts.tsx';
import type { App as AppModel } from './app.ts';
import { Header } from './Header.tsx';

const Connect = lazily(() => import('./Connect.tsx').then((module) => module.Connect));
const Held = lazily(() => import('../leads/HeldSubmissions.tsx').then((module) => module.Held));
const Leads = lazily(() => import('../leads/Leads.tsx').then((module) => module.Leads));
const Orders = lazily(() => import('../orders/Orders.tsx').then((module) => module.Orders));
const Overview = lazily(() => import('../overview/Overview.tsx').then((module) => module.Overview));
const Settings = lazily(() => import('./Settings.tsx').then((module) => module.Settings));
const Sync = lazily(() => import('../proof/Sync.tsx').then((module) => module.Sync));
const Users = lazily(() => import('../users/Users.tsx').then((module) => module.Users));

const TABS = { overview: Overview, leads: Leads, users: Users, orders: Orders, sync: Sync } satisfies Record<
  Tab,
  unknown
>;

function Screen({ app, workspace }: { app: AppModel; workspace: Workspace }) {
  const { view } = workspace;
  if (view.panel.value === 'settings') return <Settings app={app} onClose={() => view.close()} />;
  if (view.panel.value === 'held') return <Held workspace={workspace} />;
  const Shown = TABS[view.tab.value];
  return <Shown workspace={workspace} />;
}

function Open({ app, workspace }: { app: AppModel; workspace: Workspace }) {
  const { view, overview } = workspace;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || view.panel.value === null) return;
      event.preventDefault();
      view.close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [view]);
  return (
    <>
      <Header app={app} workspace={workspace} />
      <nav aria-label="Sections">
        <Tabs
          label="Sections"
          selected={view.tab.value}
          onSelect={(id) => view.show(id as Tab)}
          tabs={[
            { id: 'overview', label: 'Overview' },
            { id: 'leads', label: 'Leads', count: overview.stats.value?.newLeads || null },
            { id: 'users', label: 'Users' },
            { id: 'orders', label: 'Orders' },
            { id: 'sync', label: 'Sync' },
          ]}
        />
      </nav>
      <main class="main">
        <div role="tabpanel" id={`panel-${view.tab.value}`} aria-labelledby={`tab-${view.tab.value}`} class="panel">
          {/* Another connection gets another screen: nothing that was begun on this one may go on there. */}
          <Screen key={workspace} app={app} workspace={workspace} />
        </div>
      </main>
    </>
  );
}

/** The whole app, the same in the popup, the side panel and a tab. */
export function App({ app }: { app: AppModel }) {
  const { phase, workspace, toasts } = app;
  const name = workspace.value?.connection.name;
  useEffect(() => {
    document.title = name ? `${name} · Vision Studio CRM` : 'Vision Studio CRM';
  }, [name]);
  return (
    <div class="app">
      {phase.value === 'connect' && <Connect app={app} />}
      {phase.value === 'open' && workspace.value && <Open app={app} workspace={workspace.value} />}
      {phase.value === 'starting' && <Skeleton shape="rows" count={6} label="Opening" />}
      <Toasts toasts={[...toasts.toasts.value]} onDismiss={toasts.dismiss} />
    </div>
  );
}
