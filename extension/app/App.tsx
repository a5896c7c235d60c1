import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { SeedButton } from '../overview/SeedButton.tsx';
import type { Tab } from '../platform/workspace/navigation.ts';
import { lazily } from '../ui/lazily.tsx';
import { Skeleton } from '../ui/messages/Skeleton.tsx';
import { Tabs } from '../ui/navigation/Tabs.tsx';
import { Toasts } from '../ui/overlays/Toasts.tsx';
import type { App as AppModel } from './app.ts';
import { Header } from './Header.tsx';
import type { OpenConnection } from './open-connection.ts';

const Connect = lazily(() => import('./Connect.tsx').then((module) => module.Connect));
const Held = lazily(() => import('../leads/HeldSubmissions.tsx').then((module) => module.Held));
const Leads = lazily(() => import('../leads/Leads.tsx').then((module) => module.Leads));
const Orders = lazily(() => import('../orders/Orders.tsx').then((module) => module.Orders));
const Overview = lazily(() => import('../overview/Overview.tsx').then((module) => module.Overview));
const Settings = lazily(() => import('./Settings.tsx').then((module) => module.Settings));
const Sync = lazily(() => import('../proof/Sync.tsx').then((module) => module.Sync));
const Users = lazily(() => import('../users/Users.tsx').then((module) => module.Users));

function Screen({ app, workspace }: { app: AppModel; workspace: OpenConnection }) {
  const { navigation, figures, leads, bulk, exporting, seed } = workspace;
  if (navigation.panel.value === 'settings') return <Settings app={app} onClose={() => navigation.close()} />;
  if (navigation.panel.value === 'held') return <Held workspace={workspace} />;
  const counted = { workspace, figures };
  const seedButton = <SeedButton seed={seed} disabled={workspace.session.value?.role === 'viewer'} />;
  const screens: Record<Tab, () => ComponentChildren> = {
    overview: () => <Overview {...counted} seed={seed} unseen={leads.unseen.value} />,
    leads: () => <Leads {...counted} leads={leads} bulk={bulk} exporting={exporting} seedButton={seedButton} />,
    users: () => <Users {...counted} />,
    orders: () => <Orders {...counted} />,
    sync: () => <Sync workspace={workspace} />,
  };
  return screens[navigation.tab.value]();
}

function Open({ app, workspace }: { app: AppModel; workspace: OpenConnection }) {
  const { navigation, figures } = workspace;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || navigation.panel.value === null) return;
      event.preventDefault();
      navigation.close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigation]);
  return (
    <>
      <Header app={app} workspace={workspace} />
      <nav aria-label="Sections">
        <Tabs
          label="Sections"
          selected={navigation.tab.value}
          onSelect={(id) => navigation.show(id as Tab)}
          tabs={[
            { id: 'overview', label: 'Overview' },
            { id: 'leads', label: 'Leads', count: figures.stats.value?.newLeads || null },
            { id: 'users', label: 'Users' },
            { id: 'orders', label: 'Orders' },
            { id: 'sync', label: 'Sync' },
          ]}
        />
      </nav>
      <main class="main">
        <div
          role="tabpanel"
          id={`panel-${navigation.tab.value}`}
          aria-labelledby={`tab-${navigation.tab.value}`}
          class="panel"
        >
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
